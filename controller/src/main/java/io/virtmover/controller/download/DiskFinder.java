// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.CheckpointEntry;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.ImageFile;
import io.virtmover.repository.RestorePoint;
import io.virtmover.repository.VmRepository;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Finds the disk that a claim had at backup time: the newest entry of the backup's chain that has
 * the claim's name decides, as the Go project has it, and what was recorded where it does not.
 */
final class DiskFinder {
  private final RestorePoint point;
  private final Optional<CheckpointRecord> latest;

  private DiskFinder(RestorePoint point, Optional<CheckpointRecord> latest) {
    this.point = point;
    this.latest = latest;
  }

  /**
   * Finds it.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} when the backup has no such disk, and
   *     whatever reading the bucket ends with
   */
  static Disk find(VmRepository repository, RestoreSource source, String claim) {
    var point = repository.restorePoint(source.backup());
    return new DiskFinder(point, repository.readRecord(point.latest().id())).find(source, claim);
  }

  private Disk find(RestoreSource source, String claim) {
    var volume =
        source
            .volume()
            .or(() -> volumeInIndex(claim))
            .or(() -> volumeInRecord(claim))
            .orElseThrow(() -> unknown(claim));
    var image = point.latest().imageOf(volume.value()).orElseThrow(() -> gone(volume));
    return new Disk(volume, virtualSize(image));
  }

  private Optional<VolumeName> volumeInIndex(String claim) {
    for (var entry : point.chain().checkpoints().reversed()) {
      for (var i = 0; i < Math.min(entry.pvcs().size(), entry.files().size()); i++) {
        if (entry.pvcs().get(i).equals(claim)) {
          return Optional.of(new VolumeName(entry.volumeOf(entry.files().get(i))));
        }
      }
    }
    return Optional.empty();
  }

  private Optional<VolumeName> volumeInRecord(String claim) {
    return latest.stream()
        .flatMap(record -> record.disks().stream())
        .filter(disk -> disk.pvc().equals(claim))
        .map(CheckpointRecord.Disk::volume)
        .findFirst();
  }

  private OptionalLong virtualSize(ImageFile image) {
    return latest
        .flatMap(record -> record.disk(image.fileName()))
        .map(disk -> OptionalLong.of(disk.virtualSize()))
        .orElseGet(OptionalLong::empty);
  }

  private VirtMoverException unknown(String claim) {
    var known = new TreeSet<String>();
    point.chain().checkpoints().stream().map(CheckpointEntry::pvcs).forEach(known::addAll);
    return invalid(
        "Backup %s of VM %s has no disk of a claim %s; it has %s. Restore the claim under its own name."
            .formatted(
                point.backup(),
                point.vm(),
                claim,
                known.isEmpty() ? "none" : String.join(", ", new ArrayList<>(known))));
  }

  private VirtMoverException gone(VolumeName volume) {
    return invalid(
        "Backup %s of VM %s has no disk %s; it has %s. Choose another backup."
            .formatted(point.backup(), point.vm(), volume, String.join(", ", point.volumes())));
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
