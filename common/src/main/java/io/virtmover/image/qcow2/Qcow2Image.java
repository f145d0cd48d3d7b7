// SPDX-License-Identifier: Apache-2.0
package io.virtmover.image.qcow2;

import static io.virtmover.image.qcow2.Qcow2Exception.corrupt;

import io.virtmover.image.Geometry;
import io.virtmover.image.RandomReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A qcow2 image opened for reading: which guest bytes it stores, where, and their content. The
 * format is never guessed and a backing file never followed. Thread-safe; memory is the L1 table
 * and a few L2 tables.
 */
public final class Qcow2Image {
  private static final int CACHED_L2_TABLES = 4;
  private static final long L1_OFFSET_MASK = 0x00ff_ffff_ffff_fe00L;

  private final RandomReader file;
  private final Qcow2Header header;
  private final long[] l1;
  private final Map<Long, long[]> l2Tables =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, long[]> eldest) {
          return size() > CACHED_L2_TABLES;
        }
      };

  private Qcow2Image(RandomReader file, Qcow2Header header, long[] l1) {
    this.file = file;
    this.header = header;
    this.l1 = l1;
  }

  /**
   * Reads the header, the L1 table and the refcount table's outline.
   *
   * @throws Qcow2Exception if it is not an image that can be read
   */
  public static Qcow2Image open(RandomReader file) {
    var prefix = ByteBuffer.allocate((int) Math.min(Qcow2Header.PREFIX_LENGTH, file.size()));
    file.read(0, prefix);
    var header = Qcow2Header.parse(prefix.flip(), file.size());
    var entries = Math.toIntExact(header.geometry().windows());
    var l1 = readTable(file, header.l1Offset(), entries);
    var image = new Qcow2Image(file, header, l1);
    for (var window = 0; window < l1.length; window++) {
      image.checkL1Entry(window);
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
    return l1[(int) window] & L1_OFFSET_MASK;
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
        forEachRunInWindow(l2Table(window), at, windowEnd, each);
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
            case COMPRESSED -> inflate(run, piece);
            case HOLE, ZERO -> zero(piece);
          }
        });
    into.position(into.limit());
  }

  /**
   * Decompresses the cluster of a {@code COMPRESSED} run.
   *
   * @param stored the run's host bytes
   * @return the whole cluster
   */
  public static ByteBuffer inflate(Qcow2Run run, ByteBuffer stored, int clusterSize) {
    var cluster = ByteBuffer.allocate(clusterSize);
    try (var inflater = new Inflater(true)) {
      inflater.setInput(stored);
      while (cluster.hasRemaining()) {
        if (inflater.inflate(cluster) == 0) {
          throw corrupt(run.hostOffset(), "a compressed cluster ends early");
        }
      }
      return cluster.flip();
    } catch (DataFormatException e) {
      throw corrupt(run.hostOffset(), "a compressed cluster is damaged: " + e.getMessage());
    }
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

  private void forEachRunInWindow(long[] l2, long from, long to, Consumer<Qcow2Run> each) {
    var geometry = geometry();
    @Nullable Qcow2Run pending = null;
    for (var at = from; at < to; ) {
      var cluster = at >> geometry.clusterBits();
      var end = Math.min(to, (cluster + 1) << geometry.clusterBits());
      var run = run(l2[(int) (cluster % geometry.windowClusters())], at, end - at);
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

  private Qcow2Run run(long raw, long guestOffset, long length) {
    var entry = new L2Entry(raw);
    var clusterBits = geometry().clusterBits();
    if (entry.isCompressed()) {
      var host = entry.compressedOffset(clusterBits);
      var stored = Math.min(entry.compressedLength(clusterBits), file.size() - host);
      return new Qcow2Run(guestOffset, length, Qcow2Run.Kind.COMPRESSED, host, stored);
    }
    if (entry.isZero()) {
      return new Qcow2Run(guestOffset, length, Qcow2Run.Kind.ZERO, 0, 0);
    }
    if (entry.hostOffset() == 0) {
      return new Qcow2Run(guestOffset, length, Qcow2Run.Kind.HOLE, 0, 0);
    }
    var within = guestOffset & (geometry().clusterSize() - 1);
    return new Qcow2Run(
        guestOffset, length, Qcow2Run.Kind.DATA, entry.hostOffset() + within, length);
  }

  long[] l2Table(long window) {
    synchronized (l2Tables) {
      var cached = l2Tables.get(window);
      if (cached != null) {
        return cached;
      }
    }
    var table = readTable(file, l2Offset(window), geometry().windowClusters());
    for (var i = 0; i < table.length; i++) {
      checkL2Entry(window, i, table[i]);
    }
    synchronized (l2Tables) {
      l2Tables.put(window, table);
    }
    return table;
  }

  private void checkL1Entry(int window) {
    var field = header.l1Offset() + (long) window * Long.BYTES;
    var offset = l2Offset(window);
    if ((l1[window] & ~L1_OFFSET_MASK & ~L2Entry.COPIED) != 0) {
      throw corrupt(field, "an L1 entry has reserved bits set");
    }
    if (offset != 0 && !isClusterInFile(offset)) {
      throw corrupt(field, "an L1 entry points to byte %d, outside the file".formatted(offset));
    }
  }

  private void checkL2Entry(long window, int index, long raw) {
    var entry = new L2Entry(raw);
    var field = l2Offset(window) + (long) index * Long.BYTES;
    if (entry.hasReservedBits() || (header.version() == 2 && entry.isZero())) {
      throw corrupt(field, "an L2 entry has reserved bits set");
    }
    if (entry.isCompressed()) {
      var offset = entry.compressedOffset(geometry().clusterBits());
      if (offset < geometry().clusterSize() || offset >= file.size()) {
        throw corrupt(
            field, "a compressed cluster lies at byte %d, outside the file".formatted(offset));
      }
    } else if (entry.hostOffset() != 0 && !isDataInFile(window, index, entry.hostOffset())) {
      throw corrupt(
          field, "an L2 entry points to byte %d, outside the file".formatted(entry.hostOffset()));
    }
  }

  private boolean isDataInFile(long window, int index, long offset) {
    var cluster = window * geometry().windowClusters() + index;
    var needed = cluster < geometry().clusters() ? geometry().bytesIn(cluster) : 0;
    return offset % geometry().clusterSize() == 0 && offset <= file.size() - needed;
  }

  private boolean isClusterInFile(long offset) {
    return offset % geometry().clusterSize() == 0
        && offset <= file.size() - geometry().clusterSize();
  }

  static long[] readTable(RandomReader file, long offset, int entries) {
    var table = new long[entries];
    var bytes = ByteBuffer.allocate(entries * Long.BYTES).order(ByteOrder.BIG_ENDIAN);
    if (entries > 0) {
      file.read(offset, bytes);
    }
    bytes.flip().asLongBuffer().get(table);
    return table;
  }
}
