// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import io.virtmover.agent.image.ObjectReader;
import io.virtmover.concurrent.Workers;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;

/**
 * Fetches units in large ranges, several at once, checks every one of them, and hands over its
 * bytes. Memory is a fixed number of buffers.
 */
public final class RangeFetcher implements AutoCloseable {
  /** Takes the checked bytes of a unit: the whole cluster. Called from several threads. */
  @FunctionalInterface
  public interface Receiver {
    void receive(StoredUnit unit, ByteBuffer cluster);
  }

  /** Reports a unit whose bytes are not what was stored. */
  @FunctionalInterface
  public interface DamageHandler {
    void damaged(StoredUnit unit, VirtMoverException why);
  }

  /** Bytes between two wanted ranges that are fetched along: 1/64 of what is fetched anyway. */
  private static final int GAP_SHARE = 64;

  private static final int ATTEMPTS = 3;

  private final int rangeSize;
  private final DamageHandler onDamage;
  private final Arena arena = Arena.ofShared();
  private final BlockingQueue<ByteBuffer> idle;
  private final ExecutorService workers = Workers.perTask("fetch");
  private final Phaser underway = new Phaser(1);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicLong bytesFetched = new AtomicLong();

  /**
   * @param rangeSize bytes per request at most
   * @param buffers requests at once
   */
  public RangeFetcher(int rangeSize, int buffers, DamageHandler onDamage) {
    this.rangeSize = rangeSize;
    this.onDamage = onDamage;
    this.idle = new ArrayBlockingQueue<>(buffers);
    for (var i = 0; i < buffers; i++) {
      idle.add(arena.allocate(rangeSize).asByteBuffer());
    }
  }

  /**
   * Starts fetching; waits while all buffers are in use.
   *
   * @param units of any images, in object order per image
   */
  public void fetch(List<StoredUnit> units, Receiver receiver) {
    for (var first = 0; first < units.size(); ) {
      var end = endOfRange(units, first);
      start(new ArrayList<>(units.subList(first, end)), receiver);
      first = end;
    }
  }

  /** Waits until everything started has been received, and throws the first failure. */
  public void drain() {
    try {
      underway.awaitAdvanceInterruptibly(underway.arrive());
    } catch (InterruptedException e) {
      throw canceled(e);
    }
    throwFailure();
  }

  public long bytesFetched() {
    return bytesFetched.get();
  }

  @Override
  public void close() {
    workers.shutdownNow();
    workers.close();
    arena.close();
  }

  private int endOfRange(List<StoredUnit> units, int first) {
    var start = units.get(first).objectOffset();
    var end = units.get(first).objectEnd();
    var at = first + 1;
    for (; at < units.size(); at++) {
      var next = units.get(at);
      var gap = next.objectOffset() - end;
      if (!next.layer().equals(units.get(first).layer())
          || next.objectEnd() - start > rangeSize
          || gap > (end - start) / GAP_SHARE) {
        break;
      }
      end = Math.max(end, next.objectEnd());
    }
    return at;
  }

  private void start(List<StoredUnit> units, Receiver receiver) {
    throwFailure();
    ByteBuffer buffer;
    try {
      buffer = idle.take();
    } catch (InterruptedException e) {
      throw canceled(e);
    }
    underway.register();
    try {
      workers.execute(() -> fetchAndReturn(units, buffer, receiver));
    } catch (RuntimeException | Error e) {
      // No thread was to be had: what does not run must not be waited for.
      giveBack(buffer);
      throw e;
    }
  }

  private void fetchAndReturn(List<StoredUnit> units, ByteBuffer buffer, Receiver receiver) {
    try {
      fetchRange(units, buffer, receiver);
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    } finally {
      giveBack(buffer);
    }
  }

  private void giveBack(ByteBuffer buffer) {
    idle.add(buffer);
    underway.arriveAndDeregister();
  }

  private void fetchRange(List<StoredUnit> units, ByteBuffer buffer, Receiver receiver) {
    if (failure.get() != null) {
      return;
    }
    var start = units.getFirst().objectOffset();
    var end = units.stream().mapToLong(StoredUnit::objectEnd).max().orElseThrow();
    var object = units.getFirst().layer().object();
    read(object, start, buffer.clear().limit((int) (end - start)));
    for (var unit : units) {
      var bytes = buffer.slice((int) (unit.objectOffset() - start), unit.objectLength());
      var sound = soundBytes(unit, bytes);
      if (sound) {
        receiver.receive(unit, bytes);
      }
    }
  }

  private void read(ObjectReader object, long offset, ByteBuffer into) {
    var length = into.remaining();
    object.read(offset, into);
    bytesFetched.addAndGet(length);
  }

  private boolean soundBytes(StoredUnit unit, ByteBuffer bytes) {
    for (var attempt = 1; !isSound(unit, bytes); attempt++) {
      if (attempt == ATTEMPTS) {
        onDamage.damaged(unit, damage(unit));
        return false;
      }
      read(unit.layer().object(), unit.objectOffset(), bytes.clear());
    }
    return true;
  }

  private static boolean isSound(StoredUnit unit, ByteBuffer bytes) {
    if (unit.checksum().isEmpty()) {
      return true;
    }
    var crc = new CRC32C();
    crc.update(bytes.duplicate().clear());
    return (int) crc.getValue() == unit.checksum().getAsInt();
  }

  private static VirtMoverException damage(StoredUnit unit) {
    return new VirtMoverException(
        FailureKind.CORRUPT_BACKUP,
        "%s is damaged: its %d bytes from byte %d on (guest offset %d) do not have the recorded checksum."
            .formatted(
                unit.layer().object().name(),
                unit.objectLength(),
                unit.objectOffset(),
                unit.guestOffset()));
  }

  private void throwFailure() {
    switch (failure.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  private static VirtMoverException canceled(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new VirtMoverException(
        FailureKind.CANCELED, "Reading from the bucket was canceled.", cause);
  }
}
