// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One position in a chain that a user can restore: all disks of a VM at a backup.
 *
 * @param chain the backup's own checkpoint is its last
 */
public record RestorePoint(BackupName backup, Chain chain) {
  public VmRef vm() {
    return chain.vm();
  }

  public CheckpointEntry latest() {
    return chain.latest();
  }

  /** The volumes that can be restored. */
  public Set<String> volumes() {
    return chain.volumes();
  }

  /**
   * Visits a disk's images, newest first, up to the one that its chain begins with.
   *
   * @param isWhole tells of each whether it holds all of the disk
   * @throws VirtMoverException {@code INVALID_REQUEST} if the restore point has no such disk,
   *     {@code CHAIN_BROKEN} if one of its images builds on one that is not there
   */
  public void visitImages(VolumeName volume, Predicate<ChainImage> isWhole) {
    if (latest().imageOf(volume.value()).isEmpty()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Backup %s of VM %s has no disk %s; it has %s."
              .formatted(backup, vm(), volume, String.join(", ", volumes())));
    }
    chain.visitImages(volume, isWhole);
  }

  /**
   * A disk's images, oldest first.
   *
   * @throws VirtMoverException as {@link #visitImages} has it
   */
  public List<ChainImage> imagesOf(VolumeName volume, Predicate<ChainImage> isWhole) {
    var images = new ArrayDeque<ChainImage>();
    visitImages(
        volume,
        image -> {
          images.addFirst(image);
          return isWhole.test(image);
        });
    return List.copyOf(images);
  }
}
