// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.DataUpload;

/** Requests as the API server shows them. */
final class SomeRequest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  private SomeRequest() {}

  /**
   * A backup.
   *
   * @param made {@code HH:MM} of a day
   * @param status as YAML
   */
  static DataUpload upload(String name, String made, String status) {
    return YAML.unmarshal(
        """
        apiVersion: velero.io/v2alpha1
        kind: DataUpload
        metadata:
          name: %s
          uid: uid-%s
          creationTimestamp: "2026-03-01T%s:00Z"
          labels: {velero.io/backup-name: night-1}
        spec: {datamover: cnv, backupStorageLocation: default}
        status: %s
        """
            .formatted(name, name, made, status),
        DataUpload.class);
  }

  /** A restore. */
  static DataDownload download(String name, String made, String status) {
    return YAML.unmarshal(
        """
        apiVersion: velero.io/v2alpha1
        kind: DataDownload
        metadata:
          name: %s
          uid: uid-%s
          creationTimestamp: "2026-03-01T%s:00Z"
          labels: {velero.io/restore-name: back-1, velero.io/backup-name: night-1}
        spec:
          datamover: cnv
          backupStorageLocation: default
          targetVolume: {namespace: shop, pvc: db-root}
        status: %s
        """
            .formatted(name, name, made, status),
        DataDownload.class);
  }
}
