// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.verify;

import io.virtmover.agent.chain.DescribedLayer;
import io.virtmover.agent.chain.ForeignLayer;
import io.virtmover.agent.chain.Layer;
import io.virtmover.agent.chain.RangeFetcher;
import io.virtmover.agent.chain.StoredUnit;
import io.virtmover.agent.image.extents.Extents;
import io.virtmover.agent.image.extents.ExtentsPage;
import io.virtmover.agent.progress.Progress;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Subset;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** Reads an image's bytes in the bucket and compares each with its recorded checksum. */
final class ImageVerifier {
  /** A finding inside one image. */
  record Finding(long objectOffset, OptionalLong guestOffset, String what) {}

  private static final int RANGE_SIZE = 8 << 20;
  private static final int RANGES = 5;
  private static final int TAIL_PIECE = 1 << 20;

  /** Clusters that are looked for at once; a window may have very many. */
  private static final int PIECE_CLUSTERS = 8192;

  private final Subset subset;
  private final Progress progress;
  private final Consumer<Finding> findings;

  /** What is to be read, in object order: data and tables of windows lie one behind the other. */
  private final List<StoredUnit> wanted = new ArrayList<>();

  ImageVerifier(Subset subset, Progress progress, Consumer<Finding> findings) {
    this.subset = subset;
    this.progress = progress;
    this.findings = findings;
  }

  /**
   * Verifies an image.
   *
   * @return bytes read
   */
  long verify(Layer layer) {
    return switch (layer) {
      case DescribedLayer described -> verifyDescribed(described);
      case ForeignLayer foreign -> verifyForeign(foreign);
    };
  }

  private static long verifyForeign(ForeignLayer layer) {
    layer.checkStructure();
    return 0;
  }

  private long verifyDescribed(DescribedLayer layer) {
    var extents = layer.extents();
    if (layer.object().size() != extents.imageSize()) {
      findings.accept(
          new Finding(
              0,
              OptionalLong.empty(),
              "the object has %d bytes, %d were stored"
                  .formatted(layer.object().size(), extents.imageSize())));
      return 0;
    }
    try (var fetcher = new RangeFetcher(RANGE_SIZE, RANGES, this::damaged)) {
      progress.expect(layer.geometry().clusterSize());
      wanted.add(header(layer));
      for (var window : extents.windows()) {
        if (subset.contains(window)) {
          verifyWindow(fetcher, layer, window);
        }
      }
      fetchWanted(fetcher);
      fetcher.drain();
      return fetcher.bytesFetched() + verifyTail(layer);
    }
  }

  private void verifyWindow(RangeFetcher fetcher, DescribedLayer layer, long window) {
    Optional<ExtentsPage> page;
    try {
      page = layer.extents().page(window);
    } catch (VirtMoverException e) {
      if (e.kind() != FailureKind.CORRUPT_BACKUP) {
        throw e;
      }
      findings.accept(new Finding(0, OptionalLong.empty(), e.getMessage()));
      return;
    }
    page.ifPresent(present -> verifyPage(fetcher, layer, present));
  }

  private void verifyPage(RangeFetcher fetcher, DescribedLayer layer, ExtentsPage page) {
    var geometry = layer.geometry();
    progress.expect((page.dataClusters() + 1L) << geometry.clusterBits());
    var windowStart = geometry.offsetOf(page.window() * geometry.windowClusters());
    var windowEnd = windowStart + geometry.offsetOf(geometry.clustersInWindow(page.window()));
    var pieceBytes = geometry.offsetOf(PIECE_CLUSTERS);
    for (var at = windowStart; at < windowEnd; at += pieceBytes) {
      layer.units(
          at,
          Math.min(windowEnd, at + pieceBytes),
          unit -> {
            if (!unit.isZero()) {
              wanted.add(unit);
            }
          });
      if (wanted.size() >= PIECE_CLUSTERS) {
        fetchWanted(fetcher);
      }
    }
    var l2Offset = page.objectOffset() + geometry.offsetOf(page.dataClusters());
    wanted.add(metadata(layer, l2Offset, page.l2Checksum()));
  }

  private void fetchWanted(RangeFetcher fetcher) {
    fetcher.fetch(wanted, (unit, _) -> progress.advance(unit.objectLength()));
    wanted.clear();
  }

  private static StoredUnit header(DescribedLayer layer) {
    return metadata(layer, 0, layer.extents().headerChecksum());
  }

  private static StoredUnit metadata(DescribedLayer layer, long objectOffset, int checksum) {
    return new StoredUnit(
        layer,
        0,
        0,
        objectOffset,
        layer.geometry().clusterSize(),
        OptionalInt.of(checksum),
        Optional.empty());
  }

  private long verifyTail(DescribedLayer layer) {
    Extents extents = layer.extents();
    var crc = new CRC32C();
    for (var at = extents.tailOffset(); at < extents.imageSize(); at += TAIL_PIECE) {
      var piece = ByteBuffer.allocate((int) Math.min(TAIL_PIECE, extents.imageSize() - at));
      layer.object().read(at, piece);
      crc.update(piece.flip());
    }
    if ((int) crc.getValue() != extents.tailChecksum()) {
      findings.accept(
          new Finding(
              extents.tailOffset(),
              OptionalLong.empty(),
              "the image's tables from byte %d on are damaged".formatted(extents.tailOffset())));
    }
    return extents.imageSize() - extents.tailOffset();
  }

  private void damaged(StoredUnit unit, VirtMoverException why) {
    if (unit.guestLength() == 0) {
      findings.accept(
          new Finding(
              unit.objectOffset(),
              OptionalLong.empty(),
              "the image's table at byte %d is damaged".formatted(unit.objectOffset())));
    } else {
      findings.accept(
          new Finding(
              unit.objectOffset(),
              OptionalLong.of(unit.guestOffset()),
              "guest bytes %d to %d are damaged"
                  .formatted(unit.guestOffset(), unit.guestEnd() - 1)));
    }
  }
}
