// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import io.virtmover.controller.FakeApi;

/** KubeVirt for tests elsewhere. */
public final class SomeKubeVirt {
  private SomeKubeVirt() {}

  /** One whose trackers the API server knows. */
  public static KubeVirt of(FakeApi api) {
    api.serveKind(
        "backup.kubevirt.io/v1alpha1",
        "VirtualMachineBackupTracker",
        "virtualmachinebackuptrackers");
    return new KubeVirt(api.client());
  }
}
