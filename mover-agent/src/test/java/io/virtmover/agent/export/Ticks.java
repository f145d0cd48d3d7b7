// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A clock that a test moves. */
final class Ticks implements LongSupplier {
  /** Near the overflow, which {@link System#nanoTime} may be too. */
  private long now = Long.MAX_VALUE - Duration.ofSeconds(90).toNanos();

  Ticks pass(Duration time) {
    now += time.toNanos();
    return this;
  }

  Ticks seconds(double seconds) {
    return pass(Duration.ofNanos((long) (seconds * 1e9)));
  }

  @Override
  public long getAsLong() {
    return now;
  }
}
