// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Bytes outside the heap that grow at their end, for tables whose size follows from a disk's: the
 * heap stays as small as it is for any disk. Not thread-safe.
 */
public final class GrowingBytes {
  /** Gives memory, all zero; whoever counts it may make the caller wait, or refuse. */
  @FunctionalInterface
  public interface Chunks {
    ByteBuffer next(int bytes);
  }

  /** Bytes asked for at a time; records of a power of two never cross a border. */
  public static final int CHUNK = 64 << 10;

  private final Chunks source;
  private final List<ByteBuffer> chunks = new ArrayList<>();
  private long size;

  public GrowingBytes(Chunks source) {
    this.source = source;
  }

  /** What {@code bytes} bytes take, whole chunks. */
  public static long memory(long bytes) {
    return (bytes + CHUNK - 1) / CHUNK * CHUNK;
  }

  public long size() {
    return size;
  }

  void put(int value) {
    space().put((byte) value);
    size++;
  }

  /** Room for a record of {@code length} bytes, a power of two, big-endian. */
  public ByteBuffer putRecord(int length) {
    var chunk = space();
    var record = chunk.slice(chunk.position(), length).order(ByteOrder.BIG_ENDIAN);
    chunk.position(chunk.position() + length);
    size += length;
    return record;
  }

  int get(long index) {
    return chunks.get((int) (index / CHUNK)).get((int) (index % CHUNK));
  }

  /** The record that begins at {@code index}. */
  public ByteBuffer record(long index, int length) {
    return chunks
        .get((int) (index / CHUNK))
        .slice((int) (index % CHUNK), length)
        .order(ByteOrder.BIG_ENDIAN);
  }

  /** Visits all bytes in order, a piece at a time. */
  public void forEachPiece(Consumer<ByteBuffer> visitor) {
    chunks.forEach(chunk -> visitor.accept(chunk.duplicate().flip()));
  }

  private ByteBuffer space() {
    if (chunks.isEmpty() || !chunks.getLast().hasRemaining()) {
      chunks.add(source.next(CHUNK));
    }
    return chunks.getLast();
  }
}
