// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static io.virtmover.agent.image.extents.ExtentsFormat.damaged;

import io.virtmover.agent.image.RandomReader;
import io.virtmover.agent.image.extents.ExtentsFormat.Entry;
import io.virtmover.agent.image.extents.ExtentsFormat.Footer;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The directory of an {@code .extents} object. All of it is read and checked once; of a large one
 * only the block that is in use stays in memory, so a chain of many large images fits. Thread-safe.
 */
final class Directory {
  private static final int BLOCK_ENTRIES = 128;
  private static final int BLOCK_BYTES = BLOCK_ENTRIES * ExtentsFormat.ENTRY_LENGTH;

  private final RandomReader reader;
  private final Footer footer;
  private final long[] firstWindows;
  private final int[] checksums;
  private int current = -1;
  private ByteBuffer block = ByteBuffer.allocate(0);

  private Directory(RandomReader reader, Footer footer, int blocks) {
    this.reader = reader;
    this.footer = footer;
    this.firstWindows = new long[blocks];
    this.checksums = new int[blocks];
  }

  /**
   * Reads a directory.
   *
   * @param tail the object's last bytes, which usually hold all of it
   * @throws io.virtmover.failure.VirtMoverException {@code CORRUPT_BACKUP} if it is damaged
   */
  static Directory open(RandomReader reader, Footer footer, ByteBuffer tail) {
    var length = (long) footer.directoryEntries() * ExtentsFormat.ENTRY_LENGTH;
    var end = reader.size() - ExtentsFormat.FOOTER_LENGTH;
    if (footer.directoryEntries() < 0
        || footer.directoryEntries() > footer.geometry().windows()
        || footer.directoryOffset() != end - length
        || footer.directoryOffset() < ExtentsFormat.HEAD_LENGTH) {
      throw damaged(reader.name(), "its directory is not where it should be");
    }
    var blocks = (footer.directoryEntries() + BLOCK_ENTRIES - 1) / BLOCK_ENTRIES;
    var directory = new Directory(reader, footer, blocks);
    directory.check(tail);
    return directory;
  }

  private void check(ByteBuffer tail) {
    var whole = new CRC32C();
    var previous = -1L;
    var ordered = true;
    for (var number = 0; number < firstWindows.length; number++) {
      var bytes = read(number, tail);
      whole.update(bytes.duplicate());
      checksums[number] = ExtentsFormat.crc32c(bytes);
      block = bytes;
      current = number;
      firstWindows[number] = entry(0).window();
      for (var i = 0; i < entriesInBlock(); i++) {
        ordered &= isInOrder(entry(i), previous);
        previous = entry(i).window();
      }
    }
    if ((int) whole.getValue() != footer.directoryChecksum()) {
      throw damaged(reader.name(), "its directory's checksum is wrong");
    }
    if (!ordered) {
      throw damaged(reader.name(), "its directory is not in order");
    }
  }

  private boolean isInOrder(Entry entry, long previous) {
    return entry.window() > previous
        && entry.window() < footer.geometry().windows()
        && entry.length() >= 0
        && entry.length() <= ExtentsFormat.largestPage(footer.geometry())
        && entry.offset() >= ExtentsFormat.HEAD_LENGTH
        && entry.offset() <= footer.directoryOffset() - entry.length();
  }

  /** A window's entry; empty if the window is all hole. */
  synchronized Optional<Entry> find(long window) {
    var number = firstWindows.length - 1;
    while (number >= 0 && firstWindows[number] > window) {
      number--;
    }
    if (number < 0) {
      return Optional.empty();
    }
    load(number);
    var from = 0;
    var to = entriesInBlock() - 1;
    while (from <= to) {
      var middle = (from + to) >>> 1;
      var entry = entry(middle);
      if (entry.window() == window) {
        return Optional.of(entry);
      }
      if (entry.window() < window) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
    return Optional.empty();
  }

  /** The windows that are not all hole, in order. */
  Iterator<Long> windows() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < footer.directoryEntries();
      }

      @Override
      public Long next() {
        return windowAt(next++);
      }
    };
  }

  private synchronized long windowAt(int index) {
    load(index / BLOCK_ENTRIES);
    return entry(index % BLOCK_ENTRIES).window();
  }

  private void load(int number) {
    if (number != current) {
      var bytes = read(number, ByteBuffer.allocate(0));
      if (ExtentsFormat.crc32c(bytes) != checksums[number]) {
        throw damaged(reader.name(), "its directory changed while it was read");
      }
      block = bytes;
      current = number;
    }
  }

  private ByteBuffer read(int number, ByteBuffer tail) {
    var offset = footer.directoryOffset() + (long) number * BLOCK_BYTES;
    var left = footer.directoryEntries() - number * BLOCK_ENTRIES;
    var bytes = ByteBuffer.allocate(Math.min(left, BLOCK_ENTRIES) * ExtentsFormat.ENTRY_LENGTH);
    var tailStart = reader.size() - tail.capacity();
    if (offset >= tailStart) {
      bytes.put(tail.slice((int) (offset - tailStart), bytes.capacity()));
    } else {
      reader.read(offset, bytes);
    }
    return bytes.flip();
  }

  private int entriesInBlock() {
    return block.limit() / ExtentsFormat.ENTRY_LENGTH;
  }

  private Entry entry(int index) {
    return Entry.get(block.slice(index * ExtentsFormat.ENTRY_LENGTH, ExtentsFormat.ENTRY_LENGTH));
  }
}
