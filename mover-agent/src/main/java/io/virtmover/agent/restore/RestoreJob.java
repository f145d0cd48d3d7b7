// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.chain.ChainLayers;
import io.virtmover.agent.chain.Layer;
import io.virtmover.agent.progress.Progress;
import io.virtmover.domain.Sha256;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.MoverMemory;
import io.virtmover.transfer.Restore;
import io.virtmover.transfer.RestoreReport;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/** Restores one disk of one backup onto a file or a block device. */
public final class RestoreJob {
  /** Bytes after which the target remembers how far it is, unless a test wants it otherwise. */
  public static final long CHECKPOINT_EVERY = 1L << 30;

  private final Restore task;
  private final long markEvery;
  private final VmRepository repository;
  private final Progress progress;

  /**
   * @param markEvery bytes after which the target remembers how far it is
   */
  public RestoreJob(Restore task, long markEvery, VmRepository repository, Progress progress) {
    this.task = task;
    this.markEvery = markEvery;
    this.repository = repository;
    this.progress = progress;
  }

  /** Restores; a failure leaves the target plainly unfinished. */
  public RestoreReport run() {
    return switch (task.engine()) {
      case NATIVE -> restoreNatively(openLayers());
      case QEMU_IMG -> new QemuImgRestore(task, objects(), progress).run();
    };
  }

  /** What the index said is not held in memory any longer than it takes to open the images. */
  private List<Layer> openLayers() {
    return ChainLayers.openAll(repository, repository.restorePoint(task.backup()), task.volume());
  }

  private ChainLayers.Objects objects() {
    return ChainLayers.objects(repository, repository.restorePoint(task.backup()), task.volume());
  }

  private RestoreReport restoreNatively(List<Layer> layers) {
    var buffers = RangeBuffers.of(task.memory().orElse(MoverMemory.ofRestore().budget()), layers);
    var unverified = layers.stream().filter(layer -> !layer.isVerifiable()).toList();
    if (!unverified.isEmpty()) {
      progress.warn(
          "%d of %d images were written without checksums; their bytes cannot be verified."
              .formatted(unverified.size(), layers.size()));
    }
    var size = layers.getLast().geometry().virtualSize();
    try (var target = DiskTarget.open(task.target(), size, identity(layers))) {
      var restore = new NativeRestore(layers, target, progress, markEvery);
      var fetched = restore.run(buffers);
      return new RestoreReport(
          task.volume(),
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
    var digest = Sha256.digest();
    for (var layer : layers) {
      var object = layer.object();
      var line = "%s %d %s%n".formatted(object.name(), object.size(), object.etag().orElse(""));
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
