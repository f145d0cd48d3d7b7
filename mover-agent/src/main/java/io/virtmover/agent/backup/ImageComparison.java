// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.concurrent.Futures;
import io.virtmover.concurrent.Workers;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Compares an image, byte by byte, with an object that an earlier or another run has left complete:
 * only what was compared is taken over, whatever its metadata says. The object is read ahead into a
 * fixed set of buffers. Used by one thread.
 */
final class ImageComparison implements ImageSink {
  private record Piece(ByteBuffer buffer, Future<?> read) {}

  private final ObjectStore store;
  private final ObjectStat object;
  private final int headLength;
  private final Arena arena = Arena.ofShared();
  private final ExecutorService readers = Workers.perTask("compare");
  private final Deque<Piece> ahead = new ArrayDeque<>();
  private Optional<ByteBuffer> current = Optional.empty();
  private long nextRead;
  private long compared;

  /**
   * @param object the version to compare with
   * @param headLength bytes at the beginning that are compared at the end
   */
  ImageComparison(ObjectStore store, ObjectStat object, int headLength, int pieceSize, int pieces) {
    this.store = store;
    this.object = object;
    this.headLength = headLength;
    for (var i = 0; i < pieces; i++) {
      readAhead(arena.allocate(pieceSize).asByteBuffer());
    }
  }

  private void readAhead(ByteBuffer buffer) {
    var offset = nextRead;
    var length = (int) Math.min(buffer.capacity(), object.size() - offset);
    if (length <= 0) {
      return;
    }
    nextRead += length;
    var into = buffer.clear().limit(length);
    ahead.add(
        new Piece(
            into,
            readers.submit(
                () -> store.getRange(object.key(), offset, into, Optional.of(object.etag())))));
  }

  @Override
  public void write(ByteBuffer bytes) {
    var rest = bytes.duplicate();
    while (rest.hasRemaining()) {
      var theirs = current.filter(ByteBuffer::hasRemaining).orElseGet(this::nextPiece);
      var count = Math.min(rest.remaining(), theirs.remaining());
      var skip = Math.clamp(headLength - compared, 0, count);
      if (rest.slice(rest.position() + skip, count - skip)
              .mismatch(theirs.slice(theirs.position() + skip, count - skip))
          >= 0) {
        throw differs();
      }
      rest.position(rest.position() + count);
      theirs.position(theirs.position() + count);
      compared += count;
    }
  }

  private ByteBuffer nextPiece() {
    current.ifPresent(this::readAhead);
    current = Optional.empty();
    if (ahead.isEmpty()) {
      throw differs();
    }
    var piece = ahead.remove();
    var _ = Futures.await(piece.read(), "Comparing with " + object.key());
    var buffer = piece.buffer().flip();
    current = Optional.of(buffer);
    return buffer;
  }

  @Override
  public Optional<String> finish(ByteBuffer head) {
    if (compared != object.size()) {
      throw differs();
    }
    var theirs = ByteBuffer.allocate(headLength);
    store.getRange(object.key(), 0, theirs, Optional.of(object.etag()));
    if (!theirs.flip().equals(head.duplicate())) {
      throw differs();
    }
    return Optional.of(object.etag());
  }

  @Override
  public long reusedBytes() {
    return compared;
  }

  private VirtMoverException differs() {
    return new VirtMoverException(
        FailureKind.CONFLICT,
        "%s exists already and holds something else (attempt %s): a checkpoint's name is never used"
                .formatted(
                    object.key(), object.metadata().getOrDefault(DiskBackup.ATTEMPT, "unknown"))
            + " twice. The object is left alone; make a new backup.");
  }

  @Override
  public void close() {
    readers.shutdownNow();
    readers.close();
    arena.close();
  }
}
