// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;

/**
 * One request and its answer, as far as bytes and time go. Used by the thread that sends and reads,
 * looked at by the one that watches.
 */
final class Exchange {
  private enum Phase {
    /** From the start to the answer's headers, while no body is sent. */
    WAITING,
    SENDING,
    RECEIVING,
    /** The answer's body is there to be read, and nobody is reading. */
    HANDED_OVER
  }

  private enum Reason {
    STALLED,
    DEADLINE,
    INTERRUPTED
  }

  private record Ending(Reason reason, String message) {}

  private final Patience patience;
  private final Duration longestWait;
  private final boolean trickles;
  private final long bodyLength;
  private final long operationStarted;
  private final Thread owner = Thread.currentThread();
  private Phase phase = Phase.WAITING;
  private long progressed = System.nanoTime();
  private long windowStarted = progressed;
  private long windowBytes;
  private long bytes;
  private @Nullable Ending ending;

  /**
   * @param assembles the store is asked to put parts together, which takes its time and may be
   *     bridged by a byte now and then
   * @param bodyLength bytes of the request's body
   * @param operationStarted when the operation's deadline began to run
   */
  Exchange(Patience patience, boolean assembles, long bodyLength, long operationStarted) {
    this.patience = patience;
    this.longestWait = assembles ? patience.assembly() : patience.idle();
    this.trickles = assembles;
    this.bodyLength = bodyLength;
    this.operationStarted = operationStarted;
  }

  /** Bytes were handed to the network. */
  synchronized void sent(int count) {
    enter(Phase.SENDING);
    moved(count);
    if (bytes >= bodyLength) {
      enter(Phase.WAITING);
    }
  }

  /** The request's body will be sent from its beginning. */
  synchronized void bodyOpened() {
    bytes = 0;
    enter(Phase.WAITING);
  }

  synchronized void answered() {
    bytes = 0;
    enter(Phase.HANDED_OVER);
  }

  synchronized void readStarts() {
    if (phase == Phase.HANDED_OVER) {
      enter(Phase.RECEIVING);
    }
    progressed = System.nanoTime();
  }

  synchronized void received(int count) {
    moved(count);
  }

  private void enter(Phase next) {
    if (phase != next) {
      phase = next;
      progressed = System.nanoTime();
      windowStarted = progressed;
      windowBytes = 0;
    }
  }

  private void moved(int count) {
    bytes += count;
    windowBytes += count;
    progressed = System.nanoTime();
  }

  /** Decides whether this has to end; true once. */
  synchronized boolean mustEnd(long now) {
    if (ending != null) {
      return false;
    }
    ending = judge(now);
    return ending != null;
  }

  private @Nullable Ending judge(long now) {
    if (owner.isInterrupted()) {
      return new Ending(Reason.INTERRUPTED, "interrupted");
    }
    if (isOver(patience.deadline(), operationStarted, now)) {
      return new Ending(Reason.DEADLINE, progress());
    }
    if (phase == Phase.HANDED_OVER) {
      return null;
    }
    var allowed = phase == Phase.SENDING ? patience.idle() : longestWait;
    if (isOver(allowed, progressed, now)) {
      return new Ending(Reason.STALLED, "%s for %s".formatted(state(), words(allowed)));
    }
    return rate(now);
  }

  private @Nullable Ending rate(long now) {
    if (phase == Phase.WAITING || trickles || !isOver(patience.window(), windowStarted, now)) {
      return null;
    }
    if (windowBytes < patience.leastBytes()) {
      return new Ending(
          Reason.STALLED,
          String.format(
              Locale.ROOT,
              "the store %s only %d bytes within %s",
              phase == Phase.SENDING ? "took" : "sent",
              windowBytes,
              words(patience.window())));
    }
    windowStarted = now;
    windowBytes = 0;
    return null;
  }

  private String state() {
    return switch (phase) {
      case WAITING -> "the store did not answer";
      case SENDING ->
          String.format(
              Locale.ROOT, "the store took nothing after %d of %d bytes", bytes, bodyLength);
      case RECEIVING, HANDED_OVER ->
          String.format(Locale.ROOT, "the store sent nothing after %d bytes", bytes);
    };
  }

  private String progress() {
    return switch (phase) {
      case WAITING -> "the store had not answered";
      case SENDING ->
          String.format(Locale.ROOT, "the store had taken %d of %d bytes", bytes, bodyLength);
      case RECEIVING, HANDED_OVER ->
          String.format(Locale.ROOT, "the store had sent %d bytes", bytes);
    };
  }

  private static boolean isOver(Duration allowed, long since, long now) {
    return now - since > allowed.toNanos();
  }

  /** What to throw in place of what the broken connection threw. */
  synchronized IOException reason(IOException thrown) {
    var why = why(thrown);
    return why.isPresent() ? why.get() : thrown;
  }

  /** The same for what is no I/O failure. */
  synchronized RuntimeException reason(RuntimeException thrown) throws IOException {
    var why = why(thrown);
    if (why.isPresent()) {
      throw why.get();
    }
    return thrown;
  }

  private Optional<IOException> why(Exception thrown) {
    if (ending == null) {
      return Optional.empty();
    }
    return switch (ending.reason()) {
      case STALLED -> Optional.of(new GaveUp(ending.message(), thrown));
      case DEADLINE -> throw new DeadlinePassed(ending.message(), thrown);
      case INTERRUPTED -> throw AbortedException.create("interrupted", thrown);
    };
  }

  /** {@code 30 min}, {@code 60 s}, {@code 200 ms}. */
  static String words(Duration time) {
    if (time.toSeconds() >= 120) {
      return String.format(Locale.ROOT, "%d min", time.toMinutes());
    }
    return time.toMillis() < 2000
        ? String.format(Locale.ROOT, "%d ms", time.toMillis())
        : String.format(Locale.ROOT, "%d s", time.toSeconds());
  }
}
