// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import io.virtmover.controller.FakeApi;

/** KubeVirt for tests elsewhere. */
public final class SomeKubeVirt {
  private SomeKubeVirt() {}

  /** One whose backups and trackers the API server knows. */
  public static KubeVirt of(FakeApi api) {
    var backups = "backup.kubevirt.io/v1alpha1";
    api.serveKind(backups, "VirtualMachineBackup", "virtualmachinebackups");
    api.serveKind(backups, "VirtualMachineBackupTracker", "virtualmachinebackuptrackers");
    return new KubeVirt(api.client());
  }
}
