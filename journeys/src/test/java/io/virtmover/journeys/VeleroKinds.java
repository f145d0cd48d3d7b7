// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** Where Velero's kinds are served. */
final class VeleroKinds {
  static final ResourceDefinitionContext DATA_UPLOAD =
      kind("v2alpha1", "DataUpload", "datauploads");

  static final ResourceDefinitionContext DATA_DOWNLOAD =
      kind("v2alpha1", "DataDownload", "datadownloads");

  static final ResourceDefinitionContext BACKUP = kind("v1", "Backup", "backups");

  static final ResourceDefinitionContext DELETION =
      kind("v1", "DeleteBackupRequest", "deletebackuprequests");

  static final ResourceDefinitionContext SCHEDULE = kind("v1", "Schedule", "schedules");

  static final ResourceDefinitionContext RESTORE = kind("v1", "Restore", "restores");

  static final ResourceDefinitionContext LOCATION =
      kind("v1", "BackupStorageLocation", "backupstoragelocations");

  private VeleroKinds() {}

  private static ResourceDefinitionContext kind(String version, String kind, String plural) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("velero.io")
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }
}
