// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.chain.ChainLayers;
import io.virtmover.agent.chain.ChainWindow;
import io.virtmover.agent.chain.ForeignLayer;
import io.virtmover.agent.chain.Layer;
import io.virtmover.agent.chain.RangeFetcher;
import io.virtmover.agent.chain.StoredUnit;
import io.virtmover.agent.image.qcow2.Qcow2Exception;
import io.virtmover.agent.image.qcow2.Qcow2Image;
import io.virtmover.agent.image.qcow2.Qcow2Run;
import io.virtmover.agent.progress.Progress;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Writes a chain's disk onto a target: live clusters only, straight from the bucket. */
final class NativeRestore {
  private static final int FEWEST_CELLS = 1 << 10;
  private static final int MOST_CELLS = 1 << 13;

  private final List<Layer> layers;
  private final Target target;
  private final Progress progress;
  private final long markEvery;
  private final long size;
  private final int cellBits;
  private final int windowCells;
  private final AtomicLong bytesWritten = new AtomicLong();
  private long bytesZeroed;
  private long bytesWanted;

  /**
   * @param layers oldest first; the newest one's virtual size is the disk's
   * @param markEvery guest bytes after which progress is made durable
   */
  NativeRestore(List<Layer> layers, Target target, Progress progress, long markEvery) {
    this.layers = List.copyOf(layers);
    this.target = target;
    this.progress = progress;
    this.markEvery = markEvery;
    this.size = layers.getLast().geometry().virtualSize();
    this.cellBits =
        layers.stream().mapToInt(layer -> layer.geometry().clusterBits()).min().orElseThrow();
    this.windowCells = windowCells(layers.size(), cellBits, markEvery);
  }

  /**
   * What one table of the images maps, up to a size: no table of usual clusters is read twice, and
   * what an image has for many places of the disk, which lies together in its object, is fetched
   * together. Less for a short chain, whose tables are kept, where progress is to be durable more
   * often.
   */
  private static int windowCells(int images, int cellBits, long markEvery) {
    var table = Math.clamp((1L << cellBits) / Long.BYTES, FEWEST_CELLS, MOST_CELLS);
    return images > ChainLayers.SHORT_CHAIN
        ? table
        : Math.clamp(markEvery >> cellBits, FEWEST_CELLS, table);
  }

  /**
   * Restores the disk.
   *
   * @return bytes fetched from the images
   */
  long run(RangeBuffers buffers) {
    try (var fetcher =
        new RangeFetcher(
            buffers.size(),
            buffers.count(),
            (_, why) -> {
              throw why;
            })) {
      progress.expect(size);
      var start = target.resumeFrom() / windowBytes() * windowBytes();
      target.mark(start);
      if (start > 0) {
        var head = Math.min(cellAligned(HeldHead.LENGTH), start);
        restore(fetcher, 0, head);
        progress.advance(start - head);
      }
      var done = start;
      for (var at = start; at < size; at += windowBytes()) {
        var end = Math.min(size, at + windowBytes());
        restore(fetcher, at, end);
        if (end - done >= markEvery && end < size) {
          settle(fetcher);
          target.mark(end);
          done = end;
        }
      }
      settle(fetcher);
      target.finish();
      return fetcher.bytesFetched();
    }
  }

  /** Nothing is called done before every guest byte so far has been written or zeroed. */
  private void settle(RangeFetcher fetcher) {
    fetcher.drain();
    var provided = bytesWritten.get() + bytesZeroed;
    if (provided != bytesWanted) {
      throw new VirtMoverException(
          FailureKind.INTERNAL,
          "Only %d of %d bytes were restored to %s; the disk is unfinished. Please report this."
              .formatted(provided, bytesWanted, target.name()));
    }
  }

  private long windowBytes() {
    return (long) windowCells << cellBits;
  }

  private long cellAligned(long offset) {
    return (offset + (1L << cellBits) - 1) >> cellBits << cellBits;
  }

  private void restore(RangeFetcher fetcher, long from, long to) {
    bytesWanted += to - from;
    var window = ChainWindow.merge(layers, from, to, cellBits);
    window.zeros().forEach(zero -> zero(zero.from(), zero.to() - zero.from()));
    var live = window.live();
    var pieces = new HashMap<StoredUnit, List<ChainWindow.Piece>>(live.size() * 2);
    live.forEach(unit -> pieces.put(unit.unit(), unit.pieces()));
    fetcher.fetch(
        live.stream().map(ChainWindow.LiveUnit::unit).toList(),
        (unit, bytes) -> write(unit, bytes, pieces.getOrDefault(unit, List.of())));
  }

  private void zero(long from, long length) {
    target.zero(from, length);
    bytesZeroed += length;
    progress.advance(length);
  }

  private void write(StoredUnit unit, ByteBuffer bytes, List<ChainWindow.Piece> pieces) {
    var cluster = unit.compressed().map(run -> inflate(unit, run, bytes)).orElse(bytes);
    for (var piece : pieces) {
      var within = (int) (piece.from() - unit.guestOffset());
      var length = (int) (piece.to() - piece.from());
      target.write(piece.from(), cluster.slice(within, length));
      bytesWritten.addAndGet(length);
      progress.advance(length);
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
