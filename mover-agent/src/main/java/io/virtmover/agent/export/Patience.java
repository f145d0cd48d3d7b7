// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.VirtMoverException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides, for one thing that is wanted, whether to ask again or to give up. It neither waits nor
 * asks. Not thread-safe.
 */
final class Patience {
  private static final int ODD_ANSWERS = 5;

  private final String volume;
  private final ExportTimeouts limits;
  private final LongSupplier nanoTime;
  private final long started;
  private long lastProgress;
  private long bytesSinceProgress;
  private int odd;
  private int tries;
  private Duration pause;

  /**
   * @param nanoTime {@link System#nanoTime}, or what a test says
   */
  Patience(String volume, ExportTimeouts limits, LongSupplier nanoTime) {
    this.volume = volume;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.started = nanoTime.getAsLong();
    this.lastProgress = started;
    this.pause = limits.retry().firstPause();
  }

  /** Bytes came that need not be asked for again. */
  void progress(long bytes) {
    bytesSinceProgress += bytes;
    if (bytesSinceProgress >= limits.exchange().leastBytes()) {
      restart();
    }
  }

  /** An answer was good and whole. */
  void restart() {
    bytesSinceProgress = 0;
    lastProgress = nanoTime.getAsLong();
    odd = 0;
    pause = limits.retry().firstPause();
  }

  /**
   * Takes a failure in.
   *
   * @param what was asked for, as in "its data at byte 0"
   * @return how long to wait before asking again
   * @throws VirtMoverException if there is nothing to hope for any more
   */
  Duration after(Trouble trouble, String what, Trouble.Contact contact) {
    tries++;
    var waited = Duration.ofNanos(nanoTime.getAsLong() - lastProgress);
    var over =
        switch (trouble.passing().patience(contact)) {
          case NONE -> true;
          case SHORT -> ++odd >= ODD_ANSWERS && waited.compareTo(limits.retry().odd()) >= 0;
          case LONG -> tries > 1 && waited.compareTo(outage(contact)) >= 0;
        };
    if (over) {
      throw failure(trouble, what);
    }
    var now = pause;
    var next = pause.multipliedBy(2);
    var longest = limits.retry().longestPause();
    pause = next.compareTo(longest) > 0 ? longest : next;
    return now;
  }

  private Duration outage(Trouble.Contact contact) {
    return contact == Trouble.Contact.NONE
        ? limits.retry().firstContact()
        : limits.retry().outage();
  }

  private VirtMoverException failure(Trouble trouble, String what) {
    var took = Duration.ofNanos(nanoTime.getAsLong() - started);
    var effort = tries == 1 ? "" : " within %s and %d tries".formatted(Seconds.of(took), tries);
    return new VirtMoverException(
        trouble.kind(),
        "%s did not deliver its %s%s: %s. %s"
            .formatted(volume, what, effort, trouble.what(), trouble.advice()),
        trouble.cause());
  }
}
