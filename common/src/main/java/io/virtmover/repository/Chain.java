// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Checkpoints that build on each other: a full, then increments, each on the one before. Each disk
 * has a chain of its own within: it begins at the newest image that holds all of the disk, which
 * may lie in an increment (docs/repository-format.md, "The chain of a disk").
 *
 * @param checkpoints full first
 */
public record Chain(VmRef vm, List<CheckpointEntry> checkpoints) {
  /**
   * @throws VirtMoverException {@code CHAIN_BROKEN} if they do not build on each other
   */
  public Chain {
    checkpoints = List.copyOf(checkpoints);
    check(vm, checkpoints);
  }

  private static void check(VmRef vm, List<CheckpointEntry> checkpoints) {
    for (var i = 0; i < checkpoints.size(); i++) {
      var entry = checkpoints.get(i);
      if (i == 0 && entry.type() != BackupType.FULL) {
        throw broken(vm, "it begins with the increment %s".formatted(entry.id()));
      }
      if (i == 0 && entry.parent().isPresent()) {
        throw broken(vm, "the full %s has a parent".formatted(entry.id()));
      }
      if (i > 0 && entry.type() != BackupType.INCREMENTAL) {
        throw broken(vm, "%s in its middle is a full".formatted(entry.id()));
      }
      if (i > 0 && entry.parent().filter(checkpoints.get(i - 1).id()::equals).isEmpty()) {
        throw broken(
            vm, "%s does not build on %s".formatted(entry.id(), checkpoints.get(i - 1).id()));
      }
    }
  }

  private static VirtMoverException broken(VmRef vm, String what) {
    return new VirtMoverException(
        FailureKind.CHAIN_BROKEN,
        "The chain of VM %s is broken: %s. Choose another restore point; the next backup has to be"
                .formatted(vm, what)
            + " a full.");
  }

  public CheckpointEntry latest() {
    return checkpoints.getLast();
  }

  /** Their names, full first. */
  public List<CheckpointName> names() {
    return checkpoints.stream().map(CheckpointEntry::id).toList();
  }

  /** The disks of the latest checkpoint: they can be restored, those that are gone by then not. */
  public Set<String> volumes() {
    var volumes = new LinkedHashSet<String>();
    latest().files().forEach(file -> volumes.add(latest().volumeOf(file)));
    return volumes;
  }

  /**
   * Visits a disk's images, newest first, up to the one that its chain begins with.
   *
   * @param isWhole told each image in an increment, whether it holds all of the disk; a full's does
   * @throws VirtMoverException {@code CHAIN_BROKEN} if an image builds on one that is not there
   */
  public void visitImages(VolumeName volume, Predicate<ChainImage> isWhole) {
    visit(volume.value(), latest().imageOf(volume.value()), isWhole);
  }

  /** Like {@link #visitImages} for the disk of one of the latest checkpoint's images. */
  void visitImagesOf(ImageFile file, Predicate<ChainImage> isWhole) {
    visit(latest().volumeOf(file), Optional.of(file), isWhole);
  }

  private void visit(String volume, Optional<ImageFile> newest, Predicate<ChainImage> isWhole) {
    for (var checkpoint : checkpoints.reversed()) {
      var image = checkpoint.id().equals(latest().id()) ? newest : checkpoint.imageOf(volume);
      if (image.isEmpty()) {
        throw new VirtMoverException(
            FailureKind.CHAIN_BROKEN,
            "Disk %s is missing in checkpoint %s, on which its image in checkpoint %s builds. Choose another restore point; the next backup has to be a full."
                .formatted(volume, checkpoint.id(), latest().id()));
      }
      if (isWhole.test(new ChainImage(checkpoint, image.get()))) {
        return;
      }
    }
  }
}
