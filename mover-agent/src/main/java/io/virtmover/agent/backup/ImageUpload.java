// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.concurrent.Futures;
import io.virtmover.concurrent.Workers;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.AbandonedUpload;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An object that grows at its end and is sent while it grows: parts go out in parallel from a fixed
 * set of buffers, the first one with the last, because its first bytes are known last. What fits
 * into one part becomes one plain request.
 *
 * <p>Parts that an interrupted run of the same backup has already sent are found and not sent
 * again. Each is compared; an upload in which one differs was begun from something else, and is
 * left to whoever began it. Used by one thread.
 */
final class ImageUpload implements ImageSink {
  private final ObjectStore store;
  private final String key;
  private final Map<String, String> metadata;
  private final boolean resumes;
  private final long largest;
  private final Arena arena = Arena.ofShared();
  private final BlockingQueue<ByteBuffer> idle;
  private final ExecutorService senders = Workers.perTask("send");
  private final List<Future<?>> sending = new ArrayList<>();
  private final Map<Integer, UploadedPart> sent = new ConcurrentSkipListMap<>();
  private final Map<Integer, UploadedPart> earlier = new HashMap<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicLong reusedBytes = new AtomicLong();
  private final ByteBuffer first;
  private ByteBuffer current;
  private int number = 1;
  private long written;
  private Optional<MultipartUpload> upload = Optional.empty();
  private boolean isOurs;

  /**
   * @param partSize bytes in each part but the last
   * @param buffers how many parts are held at once, at least 2
   * @param resumes whether to look for an upload that an interrupted run has left open
   * @param largest bytes that an object can hold
   */
  ImageUpload(
      ObjectStore store,
      String key,
      Map<String, String> metadata,
      int partSize,
      int buffers,
      boolean resumes,
      long largest) {
    this.store = store;
    this.key = key;
    this.metadata = metadata;
    this.resumes = resumes;
    this.largest = largest;
    this.idle = new ArrayBlockingQueue<>(buffers);
    for (var i = 0; i < buffers; i++) {
      idle.add(arena.allocate(partSize).asByteBuffer());
    }
    this.first = idle.remove();
    this.current = first;
  }

  /**
   * Appends bytes; waits while all buffers are on their way.
   *
   * @throws VirtMoverException {@code UNSUPPORTED} if no object can hold so many
   */
  @Override
  public void write(ByteBuffer bytes) {
    var rest = bytes.duplicate();
    written += rest.remaining();
    if (written > largest) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "%s would be larger than an object can be, %d bytes: the disk holds too much data for one image. Nothing of the backup is visible."
              .formatted(key, largest));
    }
    while (rest.hasRemaining()) {
      if (!current.hasRemaining()) {
        nextPart();
      }
      var count = Math.min(rest.remaining(), current.remaining());
      current.put(rest.slice(rest.position(), count));
      rest.position(rest.position() + count);
    }
  }

  @Override
  public long reusedBytes() {
    return reusedBytes.get();
  }

  @Override
  public Optional<String> finish(ByteBuffer head) {
    first.put(0, head, head.position(), head.remaining());
    return switch (upload.isEmpty() ? putWhole() : complete()) {
      case WriteOutcome.Written(var etag) -> {
        upload = Optional.empty();
        yield Optional.of(etag);
      }
      case WriteOutcome.ConditionFailed() -> Optional.empty();
    };
  }

  private WriteOutcome putWhole() {
    return store.put(key, PartBody.of(List.of(first.flip())), WriteCondition.ifAbsent(), metadata);
  }

  private WriteOutcome complete() {
    send(current, number);
    send(first, 1);
    for (var part : sending) {
      var _ = Futures.await(part, "Writing " + key);
    }
    throwFailure();
    var parts = List.copyOf(sent.values());
    checkWhole(parts);
    return ofThisUpload(
        () -> store.completeMultipart(upload.orElseThrow(), parts, WriteCondition.ifAbsent()));
  }

  /** Whatever may have gone wrong on the way: an object with a hole is never made visible. */
  private void checkWhole(List<UploadedPart> parts) {
    var size = 0L;
    for (var i = 0; i < parts.size(); i++) {
      if (parts.get(i).number() != i + 1) {
        throw new IllegalStateException("part %d of %s was not sent".formatted(i + 1, key));
      }
      size += parts.get(i).size();
    }
    if (parts.size() != number || size != written) {
      throw new IllegalStateException(
          "%d parts with %d bytes of %s were sent, not %d with %d"
              .formatted(parts.size(), size, key, number, written));
    }
    if (earlier.keySet().stream().anyMatch(before -> before > number)) {
      throw begunFromSomethingElse();
    }
  }

  /** Frees buffers; an upload of this run that has not become visible is aborted. */
  @Override
  public void close() {
    var hadPartsUnderWay = sending.stream().anyMatch(part -> !part.isDone());
    senders.shutdownNow();
    senders.close();
    arena.close();
    if (isOurs) {
      upload.ifPresent(open -> new AbandonedUpload(store, open).end(hadPartsUnderWay));
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
      Thread.currentThread().interrupt();
      throw new VirtMoverException(
          FailureKind.CANCELED, "Writing %s was canceled.".formatted(key), e);
    }
    throwFailure();
  }

  private void begin() {
    if (resumes) {
      findEarlier();
    }
    if (upload.isEmpty()) {
      upload = Optional.of(store.createMultipart(key, metadata));
      isOurs = true;
    }
  }

  private void findEarlier() {
    for (var candidate : store.openUploads(key)) {
      if (candidate.key().equals(key)) {
        var parts = store.uploadedParts(candidate);
        if (parts.size() > earlier.size()) {
          upload = Optional.of(candidate);
          earlier.clear();
          parts.forEach(part -> earlier.put(part.number(), part));
        }
      }
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
              } catch (Throwable e) {
                failure.compareAndSet(null, e);
              } finally {
                idle.add(buffer);
              }
            }));
  }

  private void sendNow(ByteBuffer buffer, int partNumber) {
    var body = PartBody.of(List.of(buffer));
    var before = earlier.get(partNumber);
    if (before == null) {
      sent.put(
          partNumber, ofThisUpload(() -> store.uploadPart(upload.orElseThrow(), partNumber, body)));
    } else if (store.holds(before, body)) {
      sent.put(partNumber, before);
      reusedBytes.addAndGet(body.length());
    } else {
      throw begunFromSomethingElse();
    }
  }

  private LostUploadException begunFromSomethingElse() {
    return new LostUploadException(
        "The open upload of %s was begun from something else".formatted(key), null);
  }

  private interface Request<T> {
    T run();
  }

  /** The store says CONFLICT where an upload is gone, or a part in it is not the one we know. */
  private static <T> T ofThisUpload(Request<T> request) {
    try {
      return request.run();
    } catch (VirtMoverException e) {
      if (e.kind() == FailureKind.CONFLICT) {
        throw new LostUploadException(e.getMessage(), e);
      }
      throw e;
    }
  }

  private void throwFailure() {
    switch (failure.get()) {
      case null -> {}
      case RuntimeException failed -> throw failed;
      case Error error -> throw error;
      case Throwable other -> throw new IllegalStateException(other);
    }
  }
}
