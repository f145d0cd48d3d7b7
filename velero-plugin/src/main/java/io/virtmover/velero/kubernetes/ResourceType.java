// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.kubernetes;

/**
 * Where the API server has a kind of objects.
 *
 * @param group {@code ""} for the core's
 * @param plural as in addresses: {@code persistentvolumeclaims}
 */
public record ResourceType(String group, String version, String plural) {
  public static final ResourceType DATA_UPLOADS =
      new ResourceType("velero.io", "v2alpha1", "datauploads");
  public static final ResourceType DATA_DOWNLOADS =
      new ResourceType("velero.io", "v2alpha1", "datadownloads");
  public static final ResourceType VIRTUAL_MACHINES =
      new ResourceType("kubevirt.io", "v1", "virtualmachines");
  public static final ResourceType VIRTUAL_MACHINE_INSTANCES =
      new ResourceType("kubevirt.io", "v1", "virtualmachineinstances");
  public static final ResourceType CLAIMS = new ResourceType("", "v1", "persistentvolumeclaims");
  public static final ResourceType VOLUMES = new ResourceType("", "v1", "persistentvolumes");
  public static final ResourceType CONFIG_MAPS = new ResourceType("", "v1", "configmaps");
  public static final ResourceType SECRETS = new ResourceType("", "v1", "secrets");
  public static final ResourceType PODS = new ResourceType("", "v1", "pods");

  /** As people write it: {@code datauploads.velero.io}. */
  @Override
  public String toString() {
    return group.isEmpty() ? plural : plural + "." + group;
  }
}
