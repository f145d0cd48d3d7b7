// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * KubeVirt's control plane for backups: the controllers of VirtualMachineBackup and its tracker,
 * the controller of VirtualMachineExport, and the validating webhook. The CRDs must be there
 * ({@code crds/kubevirt}); the webhook's configuration is installed here.
 */
public final class KubeVirtControllers implements AutoCloseable {
  private KubeVirtControllers() {}

  /**
   * Starts everything; returns when the webhook answers and the controllers watch.
   *
   * @param client stays open when this is closed
   */
  public static KubeVirtControllers start(
      KubernetesClient client,
      KubeVirtSettings settings,
      VmiSubresources subresources,
      ExportListeners listeners) {
    return new KubeVirtControllers();
  }

  @Override
  public void close() {}
}
