// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static io.virtmover.agent.image.extents.ExtentsFormat.damaged;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.RandomReader;
import io.virtmover.agent.image.extents.ExtentsFormat.Entry;
import io.virtmover.agent.image.extents.ExtentsFormat.Footer;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An {@code .extents} object opened for reading: pages, and the blocks of a large directory, are
 * read when asked for. Everything read is checked.
 */
public final class Extents {
  private static final int TAIL_READ = 64 << 10;

  private final RandomReader reader;
  private final Footer footer;
  private final Directory directory;

  private Extents(RandomReader reader, Footer footer, Directory directory) {
    this.reader = reader;
    this.footer = footer;
    this.directory = directory;
  }

  /**
   * Reads footer and directory, in one request where they are small.
   *
   * @throws io.virtmover.failure.VirtMoverException {@code CORRUPT_BACKUP} if they are damaged,
   *     {@code UNSUPPORTED} if a later version wrote them
   */
  public static Extents open(RandomReader reader) {
    var size = reader.size();
    if (size < ExtentsFormat.HEAD_LENGTH + ExtentsFormat.FOOTER_LENGTH) {
      throw damaged(reader.name(), "it has only %d bytes".formatted(size));
    }
    var tail = ByteBuffer.allocate((int) Math.min(size, TAIL_READ));
    reader.read(size - tail.capacity(), tail);
    var footer =
        Footer.decode(
            reader.name(),
            tail.slice(tail.capacity() - ExtentsFormat.FOOTER_LENGTH, ExtentsFormat.FOOTER_LENGTH));
    return new Extents(reader, footer, Directory.open(reader, footer, tail));
  }

  public Geometry geometry() {
    return footer.geometry();
  }

  /** Whether holes mean "the parent has it" rather than zeros. */
  public boolean isIncrement() {
    return footer.increment();
  }

  /** Exact size of the image object in bytes. */
  public long imageSize() {
    return footer.imageSize();
  }

  public long dataClusters() {
    return footer.dataClusters();
  }

  public long zeroClusters() {
    return footer.zeroClusters();
  }

  /** Whether every cluster is data or zero, so that nothing below the image is to be seen. */
  public boolean hidesAll() {
    return dataClusters() + zeroClusters() == geometry().clusters();
  }

  /** CRC32C of the image's first cluster. */
  public int headerChecksum() {
    return footer.headerChecksum();
  }

  /** Where the refcounts and the L1 table begin; they end with the object. */
  public long tailOffset() {
    return footer.tailOffset();
  }

  /** CRC32C of everything from {@link #tailOffset} on. */
  public int tailChecksum() {
    return footer.tailChecksum();
  }

  /** What the image was made from, as the backup recorded it (32 bytes). */
  public ByteBuffer fingerprint() {
    return footer.fingerprint().duplicate();
  }

  /** The windows that are not all hole, in order. */
  public Iterable<Long> windows() {
    return directory::windows;
  }

  /** Reads a window's page; empty if the window is all hole. Nothing of it is kept. */
  public Optional<ExtentsPage> page(long window) {
    return directory.find(window).map(this::read);
  }

  private ExtentsPage read(Entry entry) {
    var bytes = ByteBuffer.allocate(entry.length());
    reader.read(entry.offset(), bytes);
    bytes.flip();
    if (ExtentsFormat.crc32c(bytes) != entry.checksum()) {
      throw damaged(
          reader.name(), "the page of window %d has a wrong checksum".formatted(entry.window()));
    }
    var page =
        ExtentsPage.decode(reader.name(), geometry(), entry.window(), entry.objectOffset(), bytes);
    var length = geometry().offsetOf(page.dataClusters() + 1L);
    if (entry.objectOffset() < geometry().clusterSize()
        || entry.objectOffset() > footer.tailOffset() - length) {
      throw damaged(reader.name(), "window %d lies outside the image".formatted(entry.window()));
    }
    return page;
  }
}
