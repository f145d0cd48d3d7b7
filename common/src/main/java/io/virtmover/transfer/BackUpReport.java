// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import java.util.List;

/**
 * A finished backup.
 *
 * @param type the checkpoint's
 * @param chain what a restore of it needs, full first
 * @param gone disks of the parent that it does not have
 * @param memory bytes it had for buffers
 */
public record BackUpReport(
    VmRef vm,
    BackupName backup,
    CheckpointName checkpoint,
    BackupType type,
    List<CheckpointName> chain,
    List<Disk> disks,
    List<String> gone,
    long memory)
    implements Report {

  /**
   * What one disk came to; sizes in bytes.
   *
   * @param type whether its image holds all of the disk
   * @param bytesRead from the source
   * @param bytesReused already in the bucket from an interrupted run
   */
  public record Disk(
      VolumeName volume,
      BackupType type,
      long virtualSize,
      long bytesRead,
      long bytesStored,
      long bytesReused) {}

  public BackUpReport {
    chain = List.copyOf(chain);
    disks = List.copyOf(disks);
    gone = List.copyOf(gone);
  }
}
