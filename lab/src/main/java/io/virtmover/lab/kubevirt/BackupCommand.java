// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import java.time.Instant;
import java.util.Optional;

/** The body of the VMI subresource {@code backup}. */
public sealed interface BackupCommand {
  /** The VirtualMachineBackup's name. */
  String backupName();

  /** The VirtualMachineBackup's creation time; with the name it makes the checkpoint's name. */
  Instant backupStartTime();

  /** Where the data goes. */
  enum Mode {
    PUSH,
    PULL
  }

  /**
   * Begins a backup of all eligible disks at one point in time.
   *
   * @param incremental the checkpoint to tell the changes since; empty for a full
   * @param targetClaim the backup PVC: target in push mode, scratch in pull mode
   */
  record Start(
      String backupName,
      Instant backupStartTime,
      Mode mode,
      Optional<String> incremental,
      boolean skipQuiesce,
      String targetClaim)
      implements BackupCommand {}

  /**
   * Connects a pull backup to its export server.
   *
   * @param exportName the VirtualMachineExport's name
   */
  record Export(String backupName, Instant backupStartTime, String exportName)
      implements BackupCommand {}

  /** Ends a backup: a failure in push mode, a success in pull mode. */
  record Abort(String backupName, Instant backupStartTime) implements BackupCommand {}
}
