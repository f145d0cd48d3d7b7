// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.export.ExportTimeouts;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a backup is asked to do.
 *
 * @param parent the checkpoint an increment builds on; empty for a full
 * @param attempt id of this try, carried by every object it writes
 * @param reason why this is a full although an increment was wanted, if so
 * @param memory bytes for buffers and maps at most; empty: as many as the disks need
 * @param singleWriter the caller vouches that nobody else writes, where the store cannot guard it
 */
public record BackupSpec(
    VmRef vm,
    Optional<String> vmUid,
    BackupName backup,
    CheckpointName checkpoint,
    Optional<CheckpointName> parent,
    BackupType type,
    List<Disk> disks,
    Optional<Path> exportCa,
    Optional<Path> exportToken,
    ExportTimeouts timeouts,
    String attempt,
    Optional<String> reason,
    OptionalLong memory,
    int clusterBits,
    boolean singleWriter) {

  /**
   * A disk and where its blocks come from.
   *
   * @param pvc the claim's name; the volume's name where it is not known
   */
  public record Disk(
      VolumeName volume, DiskOrigin origin, Optional<String> pvc, Optional<String> pvcUid) {}

  public BackupSpec {
    disks = List.copyOf(disks);
    if (disks.isEmpty()) {
      throw invalid("A backup needs at least one disk: --disk VOLUME=SOURCE.");
    }
    if (type == BackupType.FULL && parent.isPresent()) {
      throw invalid("A full has no parent: leave out --parent, or use --type incremental.");
    }
    if (type == BackupType.INCREMENTAL && parent.isEmpty()) {
      throw invalid("An increment needs the checkpoint it builds on: --parent NAME.");
    }
    if (parent.filter(checkpoint::equals).isPresent()) {
      throw invalid("Checkpoint %s cannot be its own parent.".formatted(checkpoint));
    }
    var seen = new HashSet<VolumeName>();
    for (var disk : disks) {
      if (!seen.add(disk.volume())) {
        throw invalid("Disk %s is given twice.".formatted(disk.volume()));
      }
    }
    if (memory.orElse(Long.MAX_VALUE) < MemoryPlan.LEAST) {
      throw invalid(
          "A memory budget of %d bytes is too small; the least is %d MiB."
              .formatted(memory.getAsLong(), MemoryPlan.LEAST / MemoryPlan.MIB));
    }
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
