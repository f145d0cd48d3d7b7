// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.controller.velero.DataUpload;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.VmRepository;

/**
 * Whether a backup's name is free in the bucket. The mover finds that out too, but only when
 * KubeVirt's checkpoint has moved, so that the next backup would have to be a full.
 */
final class NameCheck {
  private NameCheck() {}

  /**
   * Checks it. What an earlier try of the same request has left is left to the mover.
   *
   * @param location name of the BackupStorageLocation
   * @throws VirtMoverException {@code CONFLICT} if another backup of the VM has the name, {@code
   *     CORRUPT_BACKUP} if that one's manifest cannot be read
   */
  static void check(
      DataUpload request, BackupName backup, String location, VmRepository repository) {
    repository
        .latestOf(backup)
        .filter(there -> !isOwn(request, there))
        .ifPresent(
            there -> {
              throw new VirtMoverException(
                  FailureKind.CONFLICT,
                  ("BackupStorageLocation %1$s has a backup %2$s of VM %3$s already, with checkpoint %4$s: one that was deleted, or another cluster's."
                          + " Choose another name. Or delete this Backup, and make it again when the old one is gone from the bucket:"
                          + " the controller removes a deleted one if collect.dryRun is false, 'virtmover delete-backup --backup %2$s --delete' in any case.")
                      .formatted(location, backup, repository.vm(), there));
            });
  }

  /** KubeVirt calls a checkpoint by the VirtualMachineBackup, and that is called by the try. */
  private static boolean isOwn(DataUpload request, CheckpointName checkpoint) {
    return Observer.names(request).stream()
        .anyMatch(name -> checkpoint.value().startsWith(name + "-"));
  }
}
