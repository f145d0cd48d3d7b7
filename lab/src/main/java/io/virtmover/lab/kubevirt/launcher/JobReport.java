// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the launcher tells about its last backup; virt-handler copies it into the VMI's status.
 *
 * @param accepted when the Start command was accepted
 * @param quiesce {@code Succeeded}, {@code Failed} or {@code Skipped}
 * @param ending empty while the job runs
 */
public record JobReport(
    String backupName,
    Instant started,
    Instant accepted,
    String checkpoint,
    List<Volume> volumes,
    String quiesce,
    Optional<Ending> ending) {
  public JobReport {
    volumes = List.copyOf(volumes);
  }

  /**
   * A volume of a backup.
   *
   * @param target the guest's name for the disk
   * @param isWhole whether all of it is backed up, and not the changes since a checkpoint
   */
  public record Volume(String name, String target, boolean isWhole) {}

  /** How the job ended; the failure in the words of QEMU. */
  public record Ending(Instant at, Optional<String> failure) {}
}
