// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import io.virtmover.agent.image.RandomReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tables of 64-bit numbers, read in slices of up to 64 KiB of which the last few are kept: however
 * large a table is, memory is {@code kept} slices. Thread-safe.
 */
final class TableSlices {
  /** Entries of a whole slice. */
  static final int ENTRIES = 8192;

  private final RandomReader file;
  private final Map<Long, long[]> slices;

  TableSlices(RandomReader file, int kept) {
    this.file = file;
    this.slices =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Long, long[]> eldest) {
            return size() > kept;
          }
        };
  }

  /**
   * The slice of a table that holds an entry; its first entry is {@code index / ENTRIES * ENTRIES}.
   *
   * @param tableOffset where the table begins in the file
   * @param entries entries of the whole table
   * @param check called with a slice that was read, before anybody sees it
   */
  long[] slice(long tableOffset, long entries, long index, Consumer<long[]> check) {
    var first = index / ENTRIES * ENTRIES;
    var hostOffset = tableOffset + first * Long.BYTES;
    synchronized (slices) {
      var kept = slices.get(hostOffset);
      if (kept != null) {
        return kept;
      }
    }
    var slice = read(hostOffset, (int) Math.min(ENTRIES, entries - first));
    check.accept(slice);
    synchronized (slices) {
      slices.put(hostOffset, slice);
    }
    return slice;
  }

  private long[] read(long hostOffset, int entries) {
    var bytes = ByteBuffer.allocate(entries * Long.BYTES).order(ByteOrder.BIG_ENDIAN);
    file.read(hostOffset, bytes);
    var slice = new long[entries];
    bytes.flip().asLongBuffer().get(slice);
    return slice;
  }
}
