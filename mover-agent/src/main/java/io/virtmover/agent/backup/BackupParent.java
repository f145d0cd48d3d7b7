// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.progress.Progress;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.repository.CheckpointEntry;
import io.virtmover.repository.ImageNames;
import io.virtmover.repository.VmIndex;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.BackUp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a backup builds on, looked at before anything is moved. */
final class BackupParent {
  /**
   * What was found.
   *
   * @param disks those that have an image in the parent, which a new one completes or hides
   * @param gone disks of the parent that the backup does not have
   * @param chainDigest for the backup's record
   * @param objects every object of the VM
   */
  record Found(
      Optional<CheckpointName> parent,
      Set<VolumeName> disks,
      List<String> gone,
      Optional<String> chainDigest,
      Map<String, ObjectStat> objects) {
    /** What the header of a disk's image names; empty if a chain of the disk begins there. */
    Optional<String> backingName(VolumeName volume) {
      return parent
          .filter(_ -> disks.contains(volume))
          .map(checkpoint -> ImageNames.of(checkpoint).image(volume));
    }
  }

  private final BackUp task;
  private final VmRepository repository;
  private final Progress progress;

  BackupParent(BackUp task, VmRepository repository, Progress progress) {
    this.task = task;
    this.repository = repository;
    this.progress = progress;
  }

  /**
   * Looks at the parent: an increment on a chain that cannot be restored would be worthless.
   *
   * @throws VirtMoverException {@code CHAIN_BROKEN} if the increment cannot be made, {@code
   *     CORRUPT_BACKUP} or {@code UNSUPPORTED} if the chain cannot be used
   */
  Found look(VmIndex index) {
    var objects = repository.objects();
    if (task.parent().isEmpty()) {
      return new Found(Optional.empty(), Set.of(), List.of(), Optional.empty(), objects);
    }
    var chain = index.chainOf(task.parent().get());
    var parent = chain.latest();
    var present = presentIn(parent);
    task.disks().forEach(disk -> checkBuildsOn(disk, parent, present));
    var digest = repository.checkBase(chain, objects);
    return new Found(task.parent(), present, gone(parent), digest, objects);
  }

  private Set<VolumeName> presentIn(CheckpointEntry parent) {
    return task.disks().stream()
        .map(BackUp.Disk::volume)
        .filter(volume -> parent.imageOf(volume.value()).isPresent())
        .collect(Collectors.toSet());
  }

  private void checkBuildsOn(
      BackUp.Disk disk, CheckpointEntry parent, Set<VolumeName> presentDisks) {
    if (disk.type() == BackupType.INCREMENTAL && !presentDisks.contains(disk.volume())) {
      throw new VirtMoverException(
          FailureKind.CHAIN_BROKEN,
          "Cannot make an increment of disk %s of VM %s: it is not in checkpoint %s. Read it whole (type full), or make a full of the VM."
              .formatted(disk.volume(), repository.vm(), parent.id()));
    }
  }

  private List<String> gone(CheckpointEntry parent) {
    var files = new ArrayList<>(parent.files());
    task.disks().forEach(disk -> parent.imageOf(disk.volume().value()).ifPresent(files::remove));
    var gone = files.stream().map(parent::volumeOf).toList();
    if (!gone.isEmpty()) {
      progress.warn(
          "checkpoint %s has disks that this backup does not have (%s); their chains end there."
              .formatted(parent.id(), String.join(", ", gone)));
    }
    return gone;
  }
}
