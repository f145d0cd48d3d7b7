// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** Where KubeVirt's kinds are served (docs/kubevirt-backup-api.md). */
public final class KubeVirtKinds {
  /** The group of backups and trackers. */
  public static final String BACKUP_GROUP = "backup.kubevirt.io";

  /** The version of that group. */
  public static final String BACKUP_VERSION = "v1alpha1";

  static final String VM_GROUP = "kubevirt.io";
  static final String EXPORT_GROUP = "export.kubevirt.io";

  static final ResourceDefinitionContext BACKUP =
      kind(BACKUP_GROUP, BACKUP_VERSION, "VirtualMachineBackup", "virtualmachinebackups");
  static final ResourceDefinitionContext TRACKER =
      kind(
          BACKUP_GROUP,
          BACKUP_VERSION,
          "VirtualMachineBackupTracker",
          "virtualmachinebackuptrackers");
  static final ResourceDefinitionContext VM =
      kind(VM_GROUP, "v1", "VirtualMachine", "virtualmachines");
  static final ResourceDefinitionContext VMI =
      kind(VM_GROUP, "v1", "VirtualMachineInstance", "virtualmachineinstances");
  static final ResourceDefinitionContext KUBEVIRT = kind(VM_GROUP, "v1", "KubeVirt", "kubevirts");
  static final ResourceDefinitionContext RESTORE =
      kind("snapshot.kubevirt.io", "v1beta1", "VirtualMachineRestore", "virtualmachinerestores");

  private KubeVirtKinds() {}

  static ResourceDefinitionContext export(String version) {
    return kind(EXPORT_GROUP, version, "VirtualMachineExport", "virtualmachineexports");
  }

  private static ResourceDefinitionContext kind(
      String group, String version, String kind, String plural) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }
}
