// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.progress.Progress;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.RestorePoint;
import io.virtmover.repository.VmRepository;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Restores one disk of one backup onto a file or a block device. */
public final class RestoreJob {
  /** How the chain becomes a disk. */
  public enum Engine {
    /** Live clusters only, straight onto the target. */
    NATIVE,
    /** Download, rebase and convert with qemu-img: slow, needs space, independent. */
    QEMU_IMG;

    /** Reads {@code native} or {@code qemu-img}. */
    public static Engine parse(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "native" -> NATIVE;
        case "qemu-img" -> QEMU_IMG;
        default ->
            throw new VirtMoverException(
                FailureKind.INVALID_REQUEST,
                "'%s' is not an engine: write native or qemu-img.".formatted(text));
      };
    }
  }

  /**
   * What to restore.
   *
   * @param memory bytes for buffers
   * @param checkpointEvery bytes after which the target remembers how far it is
   */
  public record Spec(
      BackupName backup,
      VolumeName volume,
      Path target,
      Engine engine,
      long memory,
      long checkpointEvery) {}

  /** What a finished restore has to tell. */
  public record Report(
      String volume,
      long virtualSize,
      int images,
      long bytesFetched,
      long bytesWritten,
      long resumedAt,
      boolean verified) {}

  private final Spec spec;
  private final VmRepository repository;
  private final Progress progress;

  public RestoreJob(Spec spec, VmRepository repository, Progress progress) {
    this.spec = spec;
    this.repository = repository;
    this.progress = progress;
  }

  /** Restores; a failure leaves the target plainly unfinished. */
  public Report run() {
    return switch (spec.engine()) {
      case NATIVE -> restoreNatively(ChainLayers.openAll(repository, images()));
      case QEMU_IMG ->
          new QemuImgRestore(spec, ChainLayers.objects(repository, images()), progress).run();
    };
  }

  /** What the index said is not held in memory any longer than it takes to open the images. */
  private List<RestorePoint.Layer> images() {
    return repository.restorePoint(spec.backup()).layersOf(spec.volume());
  }

  private Report restoreNatively(List<Layer> layers) {
    var buffers = RangeBuffers.of(spec.memory(), layers);
    var unverified = layers.stream().filter(layer -> !layer.isVerifiable()).toList();
    if (!unverified.isEmpty()) {
      progress.warn(
          "%d of %d images were written without checksums; their bytes cannot be verified."
              .formatted(unverified.size(), layers.size()));
    }
    var size = layers.getLast().geometry().virtualSize();
    try (var target = DiskTarget.open(spec.target(), size, identity(layers))) {
      var restore = new NativeRestore(layers, target, progress, spec.checkpointEvery());
      var fetched = restore.run(buffers);
      return new Report(
          spec.volume().value(),
          size,
          layers.size(),
          fetched,
          restore.bytesWritten(),
          target.resumeFrom(),
          unverified.isEmpty());
    }
  }

  /** Two restores are the same if they put the same objects together. */
  private static String identity(List<Layer> layers) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      for (var layer : layers) {
        var object = layer.object();
        var line = "%s %d %s%n".formatted(object.name(), object.size(), object.etag().orElse(""));
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
