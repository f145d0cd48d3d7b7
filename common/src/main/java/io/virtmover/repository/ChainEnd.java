// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.Optional;

/**
 * Where the next increment may be put: on the latest checkpoint, or on an earlier one if no backup
 * needs what came after it. A backup that failed between its index and its manifest leaves such a
 * checkpoint behind, and it must not cost the VM a full.
 */
final class ChainEnd {
  private final VmRepository repository;
  private final VmIndex index;

  ChainEnd(VmRepository repository, VmIndex index) {
    this.repository = repository;
    this.index = index;
  }

  /** The latest checkpoint after {@code parent} that a backup needs, if there is one. */
  Optional<CheckpointEntry> neededAfter(CheckpointName parent) {
    var later = index.checkpoints();
    for (var i = later.size() - 1; i >= 0 && !later.get(i).id().equals(parent); i--) {
      if (isNeeded(later.get(i))) {
        return Optional.of(later.get(i));
      }
    }
    return Optional.empty();
  }

  private boolean isNeeded(CheckpointEntry checkpoint) {
    return checkpoint.referencedBy().stream()
        .map(VmRepository::backupName)
        .flatMap(Optional::stream)
        .anyMatch(backup -> needs(backup, checkpoint));
  }

  /** A manifest that cannot be read may need anything. */
  private boolean needs(BackupName backup, CheckpointEntry checkpoint) {
    try {
      return repository
          .manifests()
          .find(backup)
          .filter(manifest -> manifest.chain().contains(checkpoint.id()))
          .isPresent();
    } catch (VirtMoverException e) {
      if (e.kind() == FailureKind.CORRUPT_BACKUP) {
        return true;
      }
      throw e;
    }
  }
}
