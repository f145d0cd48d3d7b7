// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** Where KubeVirt's kinds, and CDI's, are served. Source: kubevirt-backup-api.md §1.1. */
public final class Kinds {
  /** VirtualMachineBackup. */
  public static final ResourceDefinitionContext BACKUP =
      kind("backup.kubevirt.io", "v1alpha1", "VirtualMachineBackup", "virtualmachinebackups");

  /** VirtualMachineBackupTracker. */
  public static final ResourceDefinitionContext TRACKER =
      kind(
          "backup.kubevirt.io",
          "v1alpha1",
          "VirtualMachineBackupTracker",
          "virtualmachinebackuptrackers");

  /** VirtualMachine. */
  public static final ResourceDefinitionContext VM =
      kind("kubevirt.io", "v1", "VirtualMachine", "virtualmachines");

  /** VirtualMachineInstance; its status has no subresource. */
  public static final ResourceDefinitionContext VMI =
      kind("kubevirt.io", "v1", "VirtualMachineInstance", "virtualmachineinstances");

  /** KubeVirt: what is installed, its gates and settings. */
  public static final ResourceDefinitionContext KUBEVIRT =
      kind("kubevirt.io", "v1", "KubeVirt", "kubevirts");

  /** DataVolume, which is CDI's. */
  public static final ResourceDefinitionContext DATA_VOLUME =
      kind("cdi.kubevirt.io", "v1beta1", "DataVolume", "datavolumes");

  private Kinds() {}

  /** VirtualMachineExport, in the version a release's controllers use. */
  public static ResourceDefinitionContext export(Release release) {
    return kind(
        "export.kubevirt.io",
        exportVersion(release),
        "VirtualMachineExport",
        "virtualmachineexports");
  }

  private static String exportVersion(Release release) {
    return switch (release) {
      case V1_8 -> "v1beta1";
      case V1_9, HEAD, NEXT -> "v1";
    };
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
