// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A backup of all disks of a VM at one checkpoint. It is an increment if it has a parent, else a
 * full; a disk of an increment can be read whole all the same.
 *
 * @param parent the checkpoint that an increment builds on
 * @param vmUid to be recorded
 * @param exportCa PEM certificates of the export, a file
 * @param exportToken the export's token, a file
 * @param reason why this is a full
 * @param memory bytes for buffers and maps at most; empty: as many as the disks need, see {@link
 *     MoverMemory}
 * @param singleWriter the caller vouches that nobody else writes to the location, where the store
 *     cannot guard it
 */
public record BackUp(
    BackupName backup,
    CheckpointName checkpoint,
    Optional<CheckpointName> parent,
    Optional<String> vmUid,
    List<Disk> disks,
    Optional<Path> exportCa,
    Optional<Path> exportToken,
    Optional<FullReason> reason,
    OptionalLong memory,
    boolean singleWriter)
    implements Task {

  /**
   * A disk and where its blocks come from.
   *
   * @param type whether the source holds all of the disk, or its changes since the parent
   * @param pvc the claim's name; the volume's name where it is not known
   */
  public record Disk(
      VolumeName volume,
      BackupType type,
      DiskOrigin origin,
      Optional<String> pvc,
      Optional<String> pvcUid) {
    /**
     * @throws VirtMoverException {@code INVALID_REQUEST} for an empty name
     */
    public Disk {
      checkNotEmpty("The claim of disk " + volume, pvc);
      checkNotEmpty("The claim's UID of disk " + volume, pvcUid);
    }
  }

  /**
   * @throws VirtMoverException {@code INVALID_REQUEST} for what contradicts itself
   */
  public BackUp {
    disks = List.copyOf(disks);
    checkNotEmpty("The VM's UID", vmUid);
    if (disks.isEmpty()) {
      throw invalid("A backup needs at least one disk.");
    }
    if (parent.filter(checkpoint::equals).isPresent()) {
      throw invalid("Checkpoint %s cannot be its own parent.".formatted(checkpoint));
    }
    if (reason.isPresent() && parent.isPresent()) {
      throw invalid(
          "A reason says why a backup is a full; leave it out of an increment, which has a parent.");
    }
    checkDisks(disks, parent.isPresent());
    var pulls = disks.stream().anyMatch(disk -> disk.origin() instanceof DiskOrigin.Export);
    if (!pulls && (exportCa.isPresent() || exportToken.isPresent())) {
      throw invalid(
          "No disk comes from an export, so an export's CA and token do not apply; leave them out.");
    }
    if (memory.orElse(Long.MAX_VALUE) < MoverMemory.LEAST) {
      throw invalid(
          "A memory budget of %d bytes is too small; the least is %d MiB."
              .formatted(memory.getAsLong(), MoverMemory.LEAST >> 20));
    }
  }

  /** An empty text in a record would be read as a missing one. */
  private static void checkNotEmpty(String what, Optional<String> text) {
    if (text.filter(String::isEmpty).isPresent()) {
      throw invalid("%s is empty; name it, or leave it out.".formatted(what));
    }
  }

  private static void checkDisks(List<Disk> disks, boolean isIncrement) {
    var seen = new HashSet<VolumeName>();
    for (var disk : disks) {
      if (!seen.add(disk.volume())) {
        throw invalid("Disk %s is given twice.".formatted(disk.volume()));
      }
      if (!isIncrement && disk.type() == BackupType.INCREMENTAL) {
        throw invalid(
            "Disk %s is said to be incremental, but the backup names no parent to build on."
                .formatted(disk.volume()));
      }
    }
  }

  /** The checkpoint's type. */
  public BackupType type() {
    return parent.isPresent() ? BackupType.INCREMENTAL : BackupType.FULL;
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
