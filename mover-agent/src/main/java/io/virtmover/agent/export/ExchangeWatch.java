// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Holds one request and its answer to the limits: bytes must come, enough of them in every window,
 * and all of them before the end. Told by the thread that receives, asked by the one that waits.
 */
final class ExchangeWatch {
  private final ExportTimeouts.Exchange limits;
  private final LongSupplier nanoTime;
  private final long started;
  private long lastArrival;
  private boolean inBody;
  private long windowStart;
  private long windowBytes;
  private long bytes;

  /**
   * @param nanoTime {@link System#nanoTime}, or what a test says
   */
  ExchangeWatch(ExportTimeouts.Exchange limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.started = nanoTime.getAsLong();
    this.lastArrival = started;
  }

  /** Status and headers are there; the server may have needed long for them. */
  synchronized void headersCame() {
    inBody = true;
    lastArrival = nanoTime.getAsLong();
    windowStart = lastArrival;
  }

  synchronized void bytesCame(long count) {
    lastArrival = nanoTime.getAsLong();
    windowBytes += count;
    bytes += count;
  }

  /** Bytes of the body so far. */
  synchronized long bytes() {
    return bytes;
  }

  /** Why the exchange must end now, if it must. */
  synchronized Optional<String> complaint() {
    var now = nanoTime.getAsLong();
    if (now - started > limits.total().toNanos()) {
      return Optional.of(
          "an answer was not complete after %s, %d bytes of it had come"
              .formatted(Seconds.of(limits.total()), bytes));
    }
    if (now - lastArrival > limits.idle().toNanos()) {
      return Optional.of(
          inBody
              ? "no byte came for %s after the first %d of an answer"
                  .formatted(Seconds.of(limits.idle()), bytes)
              : "no answer began within " + Seconds.of(limits.idle()));
    }
    return inBody ? slow(now) : Optional.empty();
  }

  private Optional<String> slow(long now) {
    if (now - windowStart <= limits.window().toNanos()) {
      return Optional.empty();
    }
    var came = windowBytes;
    var took = Duration.ofNanos(now - windowStart);
    windowStart = now;
    windowBytes = 0;
    return came >= limits.leastBytes()
        ? Optional.empty()
        : Optional.of("only %d bytes came within %s".formatted(came, Seconds.of(took)));
  }
}
