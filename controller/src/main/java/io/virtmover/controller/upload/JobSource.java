// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmBackupState;
import io.virtmover.controller.kubevirt.VmInstance;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What has become of what a backup depends on, where KubeVirt itself does not notice it. */
enum JobSource {
  /** All is there, or nobody has looked. */
  THERE,

  /** The tracker is gone: KubeVirt does not go on, not even to delete the backup. */
  TRACKER_GONE,

  /** The VM does not run any more, and the job is gone with it. */
  STOPPED,

  /** The VM was started anew, and has no job of this backup. */
  RESTARTED;

  /** A VM that has just been started may get the job in this very moment. */
  private static final Duration SETTLED = Duration.ofMinutes(1);

  /**
   * Tells it of a backup that has not ended.
   *
   * @param needsVm whether the VM ran when the backup was planned, or has had its job since: before
   *     that KubeVirt waits for the VM, or reads the disks without it
   * @param instance empty for a VM that does not run
   */
  static JobSource of(
      VmBackup backup,
      boolean needsVm,
      boolean hasTracker,
      Optional<VmInstance> instance,
      Instant now) {
    if (!hasTracker) {
      return TRACKER_GONE;
    }
    if (backup.state() instanceof VmBackupState.Waiting || !needsVm) {
      // Of one that waits KubeVirt says itself that the VM does not run, and begins when it does.
      return THERE;
    }
    if (instance.isEmpty()) {
      return STOPPED;
    }
    return instance
            .filter(running -> running.created().isAfter(backup.created()))
            .filter(running -> running.created().plus(SETTLED).isBefore(now))
            .filter(running -> !running.backup().equals(Optional.of(backup.name())))
            .isPresent()
        ? RESTARTED
        : THERE;
  }
}
