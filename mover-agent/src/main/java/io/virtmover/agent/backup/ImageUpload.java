// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/**
 * An object that grows at its end and is sent while it grows: parts go out in parallel from a fixed
 * set of buffers, the first one last, because its first bytes are known last. What fits into one
 * part becomes one plain request.
 *
 * <p>Parts that an interrupted run of the same backup has already sent are found and not sent
 * again. Used by one thread.
 */
final class ImageUpload implements AutoCloseable {
  private final ObjectStore store;
  private final String key;
  private final Map<String, String> metadata;
  private final Arena arena = Arena.ofShared();
  private final BlockingQueue<ByteBuffer> idle;
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> sending = new ArrayList<>();
  private final Map<Integer, UploadedPart> sent = new ConcurrentSkipListMap<>();
  private final Map<Integer, UploadedPart> earlier = new HashMap<>();
  private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
  private final ByteBuffer first;
  private ByteBuffer current;
  private int number = 1;
  private long reusedBytes;
  private Optional<MultipartUpload> upload = Optional.empty();

  /**
   * @param partSize bytes in each part but the last
   * @param buffers how many parts are held at once, at least 2
   */
  ImageUpload(
      ObjectStore store, String key, Map<String, String> metadata, int partSize, int buffers) {
    this.store = store;
    this.key = key;
    this.metadata = metadata;
    this.idle = new ArrayBlockingQueue<>(buffers);
    for (var i = 0; i < buffers; i++) {
      idle.add(arena.allocate(partSize).asByteBuffer());
    }
    this.first = idle.remove();
    this.current = first;
  }

  /** Appends bytes; waits while all buffers are on their way. */
  void write(ByteBuffer bytes) {
    var rest = bytes.duplicate();
    while (rest.hasRemaining()) {
      if (!current.hasRemaining()) {
        nextPart();
      }
      var count = Math.min(rest.remaining(), current.remaining());
      current.put(rest.slice(rest.position(), count));
      rest.position(rest.position() + count);
    }
  }

  /** Bytes an earlier run had sent already. */
  long reusedBytes() {
    return reusedBytes;
  }

  /**
   * Puts {@code head} over the object's first bytes, sends what is left, and makes the object
   * visible.
   */
  WriteOutcome finish(ByteBuffer head, WriteCondition condition) {
    first.put(0, head, head.position(), head.remaining());
    if (upload.isEmpty()) {
      return store.put(key, PartBody.of(List.of(first.flip())), condition, metadata);
    }
    send(current, number);
    sending.forEach(this::await);
    throwFailure();
    var whole = first.flip();
    sendNow(whole, 1);
    var parts = sent.values().stream().sorted(Comparator.comparingInt(UploadedPart::number));
    var outcome = store.completeMultipart(upload.get(), parts.toList(), condition);
    if (outcome instanceof WriteOutcome.Written) {
      upload = Optional.empty();
    }
    return outcome;
  }

  /** Frees buffers; an upload that has not become visible is aborted. */
  @Override
  public void close() {
    senders.shutdownNow();
    senders.close();
    var wasInterrupted = Thread.interrupted();
    try {
      upload.ifPresent(store::abortMultipart);
    } finally {
      arena.close();
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void nextPart() {
    if (number == 1) {
      begin();
    } else {
      send(current, number);
    }
    number++;
    throwFailure();
    try {
      current = idle.take().clear();
    } catch (InterruptedException e) {
      throw canceled(e);
    }
    throwFailure();
  }

  private void begin() {
    var candidates =
        store.openUploads(key).stream().filter(open -> open.key().equals(key)).toList();
    for (var candidate : candidates) {
      var parts = store.uploadedParts(candidate);
      if (parts.size() > earlier.size()) {
        upload = Optional.of(candidate);
        earlier.clear();
        parts.forEach(part -> earlier.put(part.number(), part));
      }
    }
    if (upload.isEmpty()) {
      upload = Optional.of(store.createMultipart(key, metadata));
    }
  }

  private void send(ByteBuffer buffer, int partNumber) {
    buffer.flip();
    sending.removeIf(Future::isDone);
    sending.add(
        senders.submit(
            () -> {
              try {
                sendNow(buffer, partNumber);
              } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
              } finally {
                idle.add(buffer);
              }
            }));
  }

  private void sendNow(ByteBuffer buffer, int partNumber) {
    var body = PartBody.of(List.of(buffer));
    var before = earlier.get(partNumber);
    if (before != null && store.holds(before, body)) {
      sent.put(partNumber, before);
      addReused(body.length());
    } else {
      sent.put(partNumber, store.uploadPart(upload.orElseThrow(), partNumber, body));
    }
  }

  private synchronized void addReused(long bytes) {
    reusedBytes += bytes;
  }

  private void await(Future<?> part) {
    try {
      part.get();
    } catch (InterruptedException e) {
      throw canceled(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void throwFailure() {
    var failed = failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private VirtMoverException canceled(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new VirtMoverException(
        FailureKind.CANCELED, "Writing %s was canceled.".formatted(key), cause);
  }
}
