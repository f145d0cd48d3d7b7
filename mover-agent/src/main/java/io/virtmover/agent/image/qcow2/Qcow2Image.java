// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.Qcow2Exception.damaged;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.RandomReader;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A qcow2 image opened for reading: which guest bytes it stores, where, and their content. The
 * format is never guessed and a backing file never followed. Thread-safe; memory is a few slices of
 * 64 KiB of its tables, however large they are.
 */
public final class Qcow2Image {
  private static final int KEPT_L1_SLICES = 2;
  private static final int KEPT_L2_SLICES = 4;

  private final RandomReader file;
  private final Qcow2Header header;
  private final TableSlices l1;
  private final TableSlices l2;

  private Qcow2Image(RandomReader file, Qcow2Header header, int keptL1, int keptL2) {
    this.file = file;
    this.header = header;
    this.l1 = new TableSlices(file, keptL1);
    this.l2 = new TableSlices(file, keptL2);
  }

  /**
   * Reads the header and checks the L1 table.
   *
   * @throws Qcow2Exception if it is not an image that can be read
   */
  public static Qcow2Image open(RandomReader file) {
    return open(file, KEPT_L1_SLICES, KEPT_L2_SLICES);
  }

  /**
   * Like {@link #open}, for one of many images that are read side by side and each in order: it
   * keeps one slice of the L1 table and none of the others.
   */
  public static Qcow2Image openOneOfMany(RandomReader file) {
    return open(file, 1, 0);
  }

  private static Qcow2Image open(RandomReader file, int keptL1, int keptL2) {
    var prefix = ByteBuffer.allocate((int) Math.min(Qcow2Header.PREFIX_LENGTH, file.size()));
    file.read(0, prefix);
    var image = new Qcow2Image(file, Qcow2Header.parse(prefix.flip(), file.size()), keptL1, keptL2);
    var windows = image.geometry().windows();
    for (var window = 0L; window < windows; window += TableSlices.ENTRIES) {
      image.l1Slice(window);
    }
    return image;
  }

  public Qcow2Header header() {
    return header;
  }

  public Geometry geometry() {
    return header.geometry();
  }

  RandomReader file() {
    return file;
  }

  /** Host offset of a window's L2 table; 0 if the window is all hole. */
  long l2Offset(long window) {
    return new L1Entry(l1Slice(window)[(int) (window % TableSlices.ENTRIES)]).l2Offset();
  }

  /** The slice of a window's L2 table, which must not be absent, that holds an entry. */
  long[] l2Slice(long window, int index) {
    var table = l2Offset(window);
    var first = index / TableSlices.ENTRIES * TableSlices.ENTRIES;
    return l2.slice(
        table,
        geometry().windowClusters(),
        index,
        slice -> {
          for (var i = 0; i < slice.length; i++) {
            if (slice[i] != 0) {
              var field = table + (first + i) * (long) Long.BYTES;
              checkL2Entry(field, window, first + i, new L2Entry(slice[i]));
            }
          }
        });
  }

  private long[] l1Slice(long window) {
    var first = window / TableSlices.ENTRIES * TableSlices.ENTRIES;
    return l1.slice(
        header.l1Offset(),
        geometry().windows(),
        window,
        slice -> {
          for (var i = 0; i < slice.length; i++) {
            checkL1Entry(first + i, new L1Entry(slice[i]));
          }
        });
  }

  /**
   * Visits all the guest bytes of {@code [from, from + length)} as runs, in order. Runs are cut at
   * the borders of the request and of L2 tables, and cover it without a gap.
   */
  public void forEachRun(long from, long length, Consumer<Qcow2Run> each) {
    var geometry = geometry();
    var end = Math.min(from + length, geometry.virtualSize());
    var windowBytes = (long) geometry.windowClusters() << geometry.clusterBits();
    for (var at = from; at < end; ) {
      var window = at / windowBytes;
      var windowEnd = Math.min(end, (window + 1) * windowBytes);
      if (l2Offset(window) == 0) {
        each.accept(new Qcow2Run(at, windowEnd - at, Qcow2Run.Kind.HOLE, 0, 0));
      } else {
        forEachRunInWindow(window, at, windowEnd, each);
      }
      at = windowEnd;
    }
  }

  /** Fills {@code into} with guest bytes; what the image does not have reads as zeros. */
  public void read(long guestOffset, ByteBuffer into) {
    var start = into.position();
    forEachRun(
        guestOffset,
        into.remaining(),
        run -> {
          var piece =
              into.slice((int) (start + run.guestOffset() - guestOffset), (int) run.length());
          switch (run.kind()) {
            case DATA -> file.read(run.hostOffset(), piece);
            case ZLIB, ZSTD -> inflate(run, piece);
            case HOLE, ZERO -> zero(piece);
          }
        });
    into.position(into.limit());
  }

  /**
   * Decompresses the cluster of a compressed run.
   *
   * @param stored the run's host bytes
   * @return the whole cluster
   */
  public static ByteBuffer inflate(Qcow2Run run, ByteBuffer stored, int clusterSize) {
    return Decompressor.decompress(run, stored, clusterSize);
  }

  private void inflate(Qcow2Run run, ByteBuffer piece) {
    var stored = ByteBuffer.allocate((int) run.hostLength());
    file.read(run.hostOffset(), stored);
    var clusterSize = geometry().clusterSize();
    var cluster = inflate(run, stored.flip(), clusterSize);
    var within = (int) (run.guestOffset() & (clusterSize - 1));
    piece.put(cluster.slice(within, piece.remaining()));
  }

  private static void zero(ByteBuffer piece) {
    while (piece.remaining() >= Long.BYTES) {
      piece.putLong(0);
    }
    while (piece.hasRemaining()) {
      piece.put((byte) 0);
    }
  }

  private void forEachRunInWindow(long window, long from, long to, Consumer<Qcow2Run> each) {
    var geometry = geometry();
    @Nullable Qcow2Run pending = null;
    var slice = new long[0];
    for (var at = from; at < to; ) {
      var cluster = at >> geometry.clusterBits();
      var index = (int) (cluster % geometry.windowClusters());
      if (at == from || index % TableSlices.ENTRIES == 0) {
        slice = l2Slice(window, index);
      }
      var alike = alike(slice, index % TableSlices.ENTRIES);
      var end = Math.min(to, (cluster + alike) << geometry.clusterBits());
      var run = run(new L2Entry(slice[index % TableSlices.ENTRIES]), at, end - at);
      if (pending != null && pending.isContinuedBy(run)) {
        pending = pending.joinedWith(run);
      } else {
        if (pending != null) {
          each.accept(pending);
        }
        pending = run;
      }
      at = end;
    }
    if (pending != null) {
      each.accept(pending);
    }
  }

  /** Entries from this one on that can be one run whatever else they say: holes, or zeros. */
  private static int alike(long[] slice, int index) {
    var kind = new L2Entry(slice[index]).kind();
    if (kind == L2Entry.Kind.DATA || kind == L2Entry.Kind.COMPRESSED) {
      return 1;
    }
    var end = index + 1;
    while (end < slice.length && new L2Entry(slice[end]).kind() == kind) {
      end++;
    }
    return end - index;
  }

  private Qcow2Run run(L2Entry entry, long guestOffset, long length) {
    return switch (entry.kind()) {
      case HOLE -> new Qcow2Run(guestOffset, length, Qcow2Run.Kind.HOLE, 0, 0);
      case ZERO -> new Qcow2Run(guestOffset, length, Qcow2Run.Kind.ZERO, 0, 0);
      case DATA -> {
        var within = guestOffset & (geometry().clusterSize() - 1);
        yield new Qcow2Run(
            guestOffset, length, Qcow2Run.Kind.DATA, entry.hostOffset() + within, length);
      }
      case COMPRESSED -> {
        var clusterBits = geometry().clusterBits();
        var host = entry.compressedOffset(clusterBits);
        var stored = Math.min(entry.compressedLength(clusterBits), file.size() - host);
        yield new Qcow2Run(guestOffset, length, header.compression().kind(), host, stored);
      }
    };
  }

  private void checkL1Entry(long window, L1Entry entry) {
    var field = header.l1Offset() + window * Long.BYTES;
    if (entry.hasReservedBits()) {
      throw damaged(field, "an L1 entry has reserved bits set");
    }
    if (!entry.isHole() && !isInFile(entry.l2Offset(), geometry().clusterSize())) {
      throw damaged(
          field, "an L1 entry points to byte %d, outside the file".formatted(entry.l2Offset()));
    }
  }

  private void checkL2Entry(long field, long window, int index, L2Entry entry) {
    if (entry.hasReservedBits(header.version())) {
      throw damaged(field, "an L2 entry has reserved bits set");
    }
    switch (entry.kind()) {
      case HOLE -> {}
      case COMPRESSED -> {
        var offset = entry.compressedOffset(geometry().clusterBits());
        if (offset < geometry().clusterSize() || offset >= file.size()) {
          throw damaged(
              field, "a compressed cluster lies at byte %d, outside the file".formatted(offset));
        }
      }
      case ZERO, DATA -> {
        var needed = entry.kind() == L2Entry.Kind.ZERO ? 0 : bytesIn(window, index);
        if (!isInFile(entry.hostOffset(), needed)) {
          throw damaged(
              field,
              "an L2 entry points to byte %d, outside the file".formatted(entry.hostOffset()));
        }
      }
    }
  }

  private int bytesIn(long window, int index) {
    var cluster = window * geometry().windowClusters() + index;
    return cluster < geometry().clusters() ? geometry().bytesIn(cluster) : 0;
  }

  private boolean isInFile(long offset, int needed) {
    return offset % geometry().clusterSize() == 0 && offset <= file.size() - needed;
  }
}
