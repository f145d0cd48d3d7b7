// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.Checksum;

/** An upload body over memory buffers. */
final class BufferBody implements PartBody {
  private static final int TRANSFER_SIZE = 64 << 10;

  private final List<ByteBuffer> buffers;
  private final long length;

  BufferBody(List<ByteBuffer> buffers) {
    this.buffers = buffers.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
    this.length = this.buffers.stream().mapToLong(ByteBuffer::remaining).sum();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void addTo(Checksum checksum) {
    buffers.forEach(buffer -> checksum.update(buffer.duplicate()));
  }

  @Override
  public InputStream open() {
    return new BufferStream(buffers.stream().map(ByteBuffer::duplicate).toList());
  }

  private static final class BufferStream extends InputStream {
    private final List<ByteBuffer> remaining;
    private int current;

    BufferStream(List<ByteBuffer> remaining) {
      this.remaining = remaining;
    }

    @Override
    public int read() {
      return advance() ? remaining.get(current).get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (!advance()) {
        return -1;
      }
      var count = Math.min(length, remaining.get(current).remaining());
      remaining.get(current).get(into, offset, count);
      return count;
    }

    @Override
    public int available() {
      return advance() ? remaining.get(current).remaining() : 0;
    }

    @Override
    public long transferTo(OutputStream out) throws IOException {
      var piece = new byte[TRANSFER_SIZE];
      var total = 0L;
      for (var count = read(piece, 0, piece.length); count >= 0; ) {
        out.write(piece, 0, count);
        total += count;
        count = read(piece, 0, piece.length);
      }
      return total;
    }

    private boolean advance() {
      while (current < remaining.size() && !remaining.get(current).hasRemaining()) {
        current++;
      }
      return current < remaining.size();
    }
  }
}
