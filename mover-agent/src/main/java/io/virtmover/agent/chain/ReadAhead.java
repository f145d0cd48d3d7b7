// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import io.virtmover.agent.image.RandomReader;
import java.nio.ByteBuffer;

/**
 * Keeps the pieces around the last reads, so that small reads that follow each other cost one
 * request: the directory of a side object is read in one place, its pages in another. Thread-safe.
 */
final class ReadAhead implements RandomReader {
  private static final int PIECES = 2;

  private record Piece(long from, ByteBuffer bytes) {
    boolean has(long offset, int length) {
      return offset >= from && offset + length <= from + bytes.limit();
    }
  }

  private final RandomReader reader;
  private final int pieceSize;
  private Piece latest = new Piece(0, ByteBuffer.allocate(0));
  private Piece other = latest;

  /**
   * @param memory bytes to keep at most
   */
  ReadAhead(RandomReader reader, int memory) {
    this.reader = reader;
    this.pieceSize = memory / PIECES;
  }

  @Override
  public String name() {
    return reader.name();
  }

  @Override
  public long size() {
    return reader.size();
  }

  @Override
  public synchronized void read(long offset, ByteBuffer into) {
    var length = into.remaining();
    if (!latest.has(offset, length)) {
      if (length > pieceSize) {
        reader.read(offset, into);
        return;
      }
      var found = other.has(offset, length) ? other : fetch(offset);
      other = latest;
      latest = found;
    }
    into.put(latest.bytes().slice((int) (offset - latest.from()), length));
  }

  private Piece fetch(long offset) {
    // What is forgotten anyway is overwritten.
    var reused = other.bytes().capacity() == pieceSize;
    var bytes = reused ? other.bytes().clear() : ByteBuffer.allocate(pieceSize);
    other = new Piece(0, ByteBuffer.allocate(0));
    bytes.limit((int) Math.min(pieceSize, reader.size() - offset));
    reader.read(offset, bytes);
    return new Piece(offset, bytes.flip());
  }

  @Override
  public void close() {
    reader.close();
  }
}
