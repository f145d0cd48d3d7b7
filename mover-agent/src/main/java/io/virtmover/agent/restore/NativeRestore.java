// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.progress.Progress;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.image.qcow2.Qcow2Exception;
import io.virtmover.image.qcow2.Qcow2Image;
import io.virtmover.image.qcow2.Qcow2Run;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Writes a chain's disk onto a target: live clusters only, straight from the bucket. */
final class NativeRestore {
  private static final int RANGE_SIZE = 8 << 20;
  private static final int MOST_RANGES = 16;
  private static final int WINDOW_CELLS = 1024;

  private final List<Layer> layers;
  private final Target target;
  private final Progress progress;
  private final long checkpointEvery;
  private final long size;
  private final int cellBits;
  private final AtomicLong bytesWritten = new AtomicLong();

  /**
   * @param layers oldest first; the newest one's virtual size is the disk's
   * @param checkpointEvery guest bytes after which progress is made durable
   */
  NativeRestore(List<Layer> layers, Target target, Progress progress, long checkpointEvery) {
    this.layers = List.copyOf(layers);
    this.target = target;
    this.progress = progress;
    this.checkpointEvery = checkpointEvery;
    this.size = layers.getLast().geometry().virtualSize();
    this.cellBits =
        layers.stream().mapToInt(layer -> layer.geometry().clusterBits()).min().orElseThrow();
    checkGrowth(layers);
  }

  private static void checkGrowth(List<Layer> layers) {
    for (var i = 1; i < layers.size(); i++) {
      var before = layers.get(i - 1);
      var after = layers.get(i);
      if (after.geometry().virtualSize() < before.geometry().virtualSize()) {
        throw new VirtMoverException(
            FailureKind.UNSUPPORTED,
            "The disk shrank from %d to %d bytes between %s and %s; restore with --engine qemu-img."
                .formatted(
                    before.geometry().virtualSize(),
                    after.geometry().virtualSize(),
                    before.object().name(),
                    after.object().name()));
      }
    }
  }

  /**
   * Restores the disk.
   *
   * @param memory bytes for ranges in flight
   * @return bytes fetched from the images
   */
  long run(long memory) {
    var buffers = Math.clamp(memory / RANGE_SIZE, 2, MOST_RANGES);
    var rangeSize = (int) Math.min(RANGE_SIZE, memory / buffers);
    try (var fetcher =
        new RangeFetcher(
            rangeSize,
            buffers,
            (_, why) -> {
              throw why;
            })) {
      progress.expect(size);
      var start = target.resumeFrom() / windowBytes() * windowBytes();
      target.checkpoint(start);
      if (start > 0) {
        restore(fetcher, 0, Math.min(cellAligned(HeldHead.LENGTH), size));
        progress.advance(start);
      }
      var done = start;
      for (var at = start; at < size; at += windowBytes()) {
        var end = Math.min(size, at + windowBytes());
        restore(fetcher, at, end);
        if (end - done >= checkpointEvery && end < size) {
          fetcher.drain();
          target.checkpoint(end);
          done = end;
        }
        progress.advance(end - at);
      }
      fetcher.drain();
      target.finish();
      return fetcher.bytesFetched();
    }
  }

  private long windowBytes() {
    return (long) WINDOW_CELLS << cellBits;
  }

  private long cellAligned(long offset) {
    return (offset + (1L << cellBits) - 1) >> cellBits << cellBits;
  }

  private void restore(RangeFetcher fetcher, long from, long to) {
    var window = ChainWindow.merge(layers, from, to, cellBits);
    window.zeros().forEach(zero -> target.zero(zero.from(), zero.to() - zero.from()));
    var live = window.live();
    var pieces = new HashMap<StoredUnit, List<ChainWindow.Piece>>(live.size() * 2);
    live.forEach(unit -> pieces.put(unit.unit(), unit.pieces()));
    fetcher.fetch(
        live.stream().map(ChainWindow.LiveUnit::unit).toList(),
        (unit, bytes) -> write(unit, bytes, pieces.getOrDefault(unit, List.of())));
  }

  private void write(StoredUnit unit, ByteBuffer bytes, List<ChainWindow.Piece> pieces) {
    var cluster = unit.compressed().map(run -> inflate(unit, run, bytes)).orElse(bytes);
    for (var piece : pieces) {
      var within = (int) (piece.from() - unit.guestOffset());
      var length = (int) (piece.to() - piece.from());
      target.write(piece.from(), cluster.slice(within, length));
      bytesWritten.addAndGet(length);
    }
  }

  private static ByteBuffer inflate(StoredUnit unit, Qcow2Run run, ByteBuffer stored) {
    try {
      return Qcow2Image.inflate(run, stored, unit.layer().geometry().clusterSize());
    } catch (Qcow2Exception e) {
      throw ForeignLayer.failure(unit.layer().object(), e);
    }
  }

  long bytesWritten() {
    return bytesWritten.get();
  }
}
