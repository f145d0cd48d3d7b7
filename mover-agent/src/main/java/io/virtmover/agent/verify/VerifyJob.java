// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.verify;

import io.virtmover.agent.progress.Progress;
import io.virtmover.agent.restore.ChainLayers;
import io.virtmover.agent.restore.Layer;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.RestorePoint;
import io.virtmover.repository.VmRepository;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Verifies one restore point of a VM, or all of them, each image once. */
public final class VerifyJob {
  /**
   * What to verify.
   *
   * @param backup one restore point; empty: all
   * @param volume one disk; empty: all
   */
  public record Spec(Optional<BackupName> backup, Optional<VolumeName> volume, Subset subset) {}

  /**
   * What was found.
   *
   * @param unverifiable images without recorded checksums, of which only the structure was checked
   */
  public record Report(
      int backups, int images, int unverifiable, long bytesRead, List<Damage> damages) {}

  private record Image(String disk, RestorePoint.Layer layer) {}

  private final Spec spec;
  private final VmRepository repository;
  private final Progress progress;
  private final List<Damage> damages = Collections.synchronizedList(new ArrayList<>());

  public VerifyJob(Spec spec, VmRepository repository, Progress progress) {
    this.spec = spec;
    this.repository = repository;
    this.progress = progress;
  }

  /** Verifies; damage is in the report, not an exception. */
  public Report run() {
    var points =
        spec.backup()
            .map(backup -> List.of(repository.restorePoint(backup)))
            .orElseGet(repository::restorePoints);
    if (points.isEmpty()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "VM %s has no backup in %s; 'virtmover list' shows what there is."
              .formatted(repository.vm(), repository.root().path()));
    }
    var users = imagesOf(points);
    var layers = new ChainLayers(repository);
    var bytes = 0L;
    var unverifiable = 0;
    for (var use : users.entrySet()) {
      var layer = open(layers, use.getKey(), use.getValue());
      if (layer.isPresent()) {
        unverifiable += layer.get().isVerifiable() ? 0 : 1;
        bytes +=
            new ImageVerifier(
                    spec.subset(),
                    progress,
                    finding -> report(use.getKey(), use.getValue(), finding))
                .verify(layer.get());
      }
    }
    return new Report(points.size(), users.size(), unverifiable, bytes, List.copyOf(damages));
  }

  /** Every image of the restore points, with the backups that need it. */
  private Map<Image, List<String>> imagesOf(List<RestorePoint> points) {
    var users = new LinkedHashMap<Image, List<String>>();
    for (var point : points) {
      for (var volume : volumesOf(point)) {
        for (var layer : point.layersOf(volume)) {
          users
              .computeIfAbsent(new Image(volume.value(), layer), _ -> new ArrayList<>())
              .add(point.backup().value());
        }
      }
    }
    return users;
  }

  private List<VolumeName> volumesOf(RestorePoint point) {
    return spec.volume()
        .map(List::of)
        .orElseGet(() -> point.volumes().stream().map(VolumeName::new).toList());
  }

  private Optional<Layer> open(ChainLayers layers, Image image, List<String> backups) {
    try {
      return Optional.of(layers.open(image.layer()));
    } catch (VirtMoverException e) {
      if (e.kind() != FailureKind.CORRUPT_BACKUP) {
        throw e;
      }
      report(image, backups, new ImageVerifier.Finding(0, OptionalLong.empty(), e.getMessage()));
      return Optional.empty();
    }
  }

  private void report(Image image, List<String> backups, ImageVerifier.Finding finding) {
    damages.add(
        new Damage(
            image.disk(),
            repository.root().key(image.layer().image().objectPath()),
            finding.objectOffset(),
            finding.guestOffset(),
            finding.what(),
            backups));
  }
}
