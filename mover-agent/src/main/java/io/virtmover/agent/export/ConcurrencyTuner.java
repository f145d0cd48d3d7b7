// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.function.LongSupplier;

/**
 * How many requests run at once. It climbs while that brings bytes, steps back when it brings none,
 * and tries again now and then: the exporter and the guest's node pay for every stream.
 * Thread-safe.
 */
final class ConcurrencyTuner {
  private static final int START = 4;
  private static final double WORTH_IT = 1.08;
  private static final double WORSE = 0.85;
  private static final int ROUNDS_BEFORE_NEXT_TRY = 8;

  private final int most;
  private final LongSupplier nanoTime;
  private int limit;
  private int running;
  private long roundStart;
  private long roundBytes;
  private int roundRequests;
  private double best;
  private int pause;
  private boolean climbing = true;

  /**
   * @param nanoTime {@link System#nanoTime}, or what a test says
   */
  ConcurrencyTuner(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.limit = Math.min(START, most);
    this.roundStart = nanoTime.getAsLong();
  }

  /** How many may run at once now. */
  synchronized int limit() {
    return limit;
  }

  synchronized void acquire() {
    try {
      while (running >= limit) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VirtMoverException(FailureKind.CANCELED, "Reading was canceled.", e);
    }
    running++;
  }

  /**
   * Ends a request.
   *
   * @param bytes what it brought; 0 after a failure, which counts against the current limit
   */
  synchronized void release(long bytes) {
    running--;
    roundBytes += bytes;
    roundRequests++;
    if (bytes == 0) {
      limit = Math.max(1, limit / 2);
      climbing = false;
    } else if (roundRequests >= 3 * limit) {
      endRound();
    }
    notifyAll();
  }

  private void endRound() {
    var now = nanoTime.getAsLong();
    var rate = roundBytes / Math.max(1e-9, (now - roundStart) / 1e9);
    if (climbing && rate > best * WORTH_IT) {
      best = rate;
      limit = Math.min(most, limit + Math.max(1, limit / 2));
    } else if (climbing) {
      limit = Math.max(1, limit - Math.max(1, limit / 3));
      climbing = false;
      pause = ROUNDS_BEFORE_NEXT_TRY;
    } else if (rate < best * WORSE || --pause <= 0) {
      best = rate;
      climbing = true;
      limit = Math.min(most, limit + 1);
    }
    roundStart = now;
    roundBytes = 0;
    roundRequests = 0;
  }
}
