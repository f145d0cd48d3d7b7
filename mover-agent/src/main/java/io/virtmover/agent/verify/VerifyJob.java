// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.verify;

import io.virtmover.agent.chain.ChainLayers;
import io.virtmover.agent.chain.DescribedLayer;
import io.virtmover.agent.chain.Layer;
import io.virtmover.agent.progress.Progress;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.ChainImage;
import io.virtmover.repository.CheckpointEntry;
import io.virtmover.repository.CheckpointFacts;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.RestorePoint;
import io.virtmover.repository.RestorePointList;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.Damage;
import io.virtmover.transfer.Unusable;
import io.virtmover.transfer.Verify;
import io.virtmover.transfer.VerifyReport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** Verifies one restore point of a VM, or all of them, each image once. */
public final class VerifyJob {
  /** An image and the backups that need it. */
  private record Use(String disk, ChainImage image, List<String> backups) {}

  private final Verify task;
  private final VmRepository repository;
  private final Progress progress;
  private final ChainLayers layers;
  private final CheckpointFacts facts;
  private final Findings findings = new Findings();
  private int images;
  private int unverifiable;
  private int retagged;
  private long bytesRead;

  public VerifyJob(Verify task, VmRepository repository, Progress progress) {
    this.task = task;
    this.repository = repository;
    this.progress = progress;
    this.layers = new ChainLayers(repository, 1);
    this.facts = new CheckpointFacts(layers::record);
  }

  /** Verifies; what is wrong is in the report, not an exception. */
  public VerifyReport run() {
    var points = points();
    if (points.isEmpty() && findings.unusable().isEmpty()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "VM %s has no backup%s in %s; 'virtmover list' shows what there is."
              .formatted(
                  repository.vm(),
                  task.volume().map(volume -> " of disk " + volume).orElse(""),
                  repository.root().path()));
    }
    // By checkpoint, so that each record is read once more and none is kept.
    byCheckpoint(points).values().forEach(this::verifyCheckpoint);
    return new VerifyReport(
        points.size(),
        images,
        unverifiable,
        retagged,
        bytesRead,
        findings.damages(),
        findings.count(),
        findings.unusable());
  }

  /** The restore points to verify; those that are none are found to be unusable. */
  private List<RestorePoint> points() {
    try {
      if (task.backup().isPresent()) {
        return List.of(repository.restorePoint(task.backup().get()));
      }
      var found = repository.listRestorePoints();
      found.unusable().forEach(broken -> addUnusable(broken.backup().value(), broken.reason()));
      return found.points().stream().filter(this::isWanted).toList();
    } catch (VirtMoverException e) {
      if (!RestorePointList.isUnusable(e)) {
        throw e;
      }
      addUnusable(task.backup().map(BackupName::value).orElse(""), e);
      return List.of();
    }
  }

  /** A disk may have come later than the oldest backups. */
  private boolean isWanted(RestorePoint point) {
    return task.volume().map(volume -> point.volumes().contains(volume.value())).orElse(true);
  }

  private Map<CheckpointName, Map<String, Use>> byCheckpoint(List<RestorePoint> points) {
    var uses = new LinkedHashMap<CheckpointName, Map<String, Use>>();
    for (var point : points) {
      for (var volume : volumesOf(point)) {
        for (var image : imagesOf(point, volume)) {
          uses.computeIfAbsent(image.checkpoint().id(), _ -> new LinkedHashMap<>())
              .computeIfAbsent(
                  image.file().objectPath(), _ -> new Use(volume, image, new ArrayList<>()))
              .backups()
              .add(point.backup().value());
        }
      }
    }
    return uses;
  }

  private Set<String> volumesOf(RestorePoint point) {
    return task.volume().map(volume -> Set.of(volume.value())).orElseGet(point::volumes);
  }

  private List<ChainImage> imagesOf(RestorePoint point, String volume) {
    var images = new ArrayDeque<ChainImage>();
    try {
      point.visitImages(
          new VolumeName(volume),
          image -> {
            images.addFirst(image);
            return isWhole(image);
          });
    } catch (VirtMoverException e) {
      var isAskedFor = task.volume().isPresent() && e.kind() == FailureKind.INVALID_REQUEST;
      if (isAskedFor || !isFoundUnusable(e)) {
        throw e;
      }
      addUnusable(point.backup().value(), e);
    }
    return List.copyOf(images);
  }

  /** A volume's name in an index can be none. */
  private static boolean isFoundUnusable(VirtMoverException e) {
    return RestorePointList.isUnusable(e) || e.kind() == FailureKind.INVALID_REQUEST;
  }

  /**
   * Whether an image is the last one to look at. What its record cannot tell is found when the
   * image is opened, and what lies below is of no use then.
   */
  private boolean isWhole(ChainImage image) {
    try {
      return facts.isWhole(image);
    } catch (VirtMoverException e) {
      if (!RestorePointList.isUnusable(e)) {
        throw e;
      }
      return true;
    }
  }

  private void verifyCheckpoint(Map<String, Use> uses) {
    uses.values().forEach(this::verify);
    var checkpoint = uses.values().iterator().next().image().checkpoint();
    var backups = new LinkedHashSet<String>();
    uses.values().forEach(use -> backups.addAll(use.backups()));
    missingFromIndex(checkpoint)
        .forEach(
            disk ->
                findings.add(
                    new Damage(
                        disk.volume().value(),
                        repository.root().key(disk.objectPath()),
                        0,
                        OptionalLong.empty(),
                        "checkpoint %s was recorded with this image and the index does not have it"
                            .formatted(checkpoint.id()),
                        List.copyOf(backups))));
  }

  private List<CheckpointRecord.Disk> missingFromIndex(CheckpointEntry checkpoint) {
    try {
      return layers.record(checkpoint).stream()
          .flatMap(record -> record.disks().stream())
          .filter(disk -> task.volume().map(disk.volume()::equals).orElse(true))
          .filter(
              disk ->
                  checkpoint.files().stream()
                      .noneMatch(file -> file.fileName().equals(disk.fileName())))
          .toList();
    } catch (VirtMoverException e) {
      if (!RestorePointList.isUnusable(e)) {
        throw e;
      }
      return List.of(); // Reported of each image already.
    }
  }

  private void verify(Use use) {
    images++;
    try {
      var layer = layers.open(use.image());
      count(layer);
      bytesRead +=
          new ImageVerifier(task.subset(), progress, finding -> report(use, finding)).verify(layer);
    } catch (VirtMoverException e) {
      if (!RestorePointList.isUnusable(e)) {
        throw e;
      }
      if (e.kind() == FailureKind.UNSUPPORTED) {
        use.backups().forEach(backup -> addUnusable(backup, e));
      } else {
        report(use, new ImageVerifier.Finding(0, OptionalLong.empty(), e.getMessage()));
      }
    }
  }

  private void count(Layer layer) {
    unverifiable += layer.isVerifiable() ? 0 : 1;
    retagged += layer instanceof DescribedLayer described && described.isRetagged() ? 1 : 0;
  }

  private void report(Use use, ImageVerifier.Finding finding) {
    findings.add(
        new Damage(
            use.disk(),
            repository.root().key(use.image().file().objectPath()),
            finding.objectOffset(),
            finding.guestOffset(),
            finding.what(),
            use.backups()));
  }

  private void addUnusable(String backup, VirtMoverException e) {
    findings.add(new Unusable(backup, e.kind(), e.getMessage()));
  }
}
