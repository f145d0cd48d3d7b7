// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The system's time, which stops before the end of a backup's time until it is let on: how long a
 * played part takes decides nothing, and nothing waits for an end.
 */
final class HeldClock extends Clock {
  /** The creation times of a backup and of its export are cut off to whole seconds. */
  private static final Duration BEFORE_THE_END = Duration.ofSeconds(3);

  private final InstantSource system = InstantSource.system();
  private Instant bar = Instant.MAX;
  private Duration ahead = Duration.ZERO;

  /** Stops before the end of a backup's time that is created now. */
  synchronized void hold(Duration ttl) {
    bar = system.instant().plus(ahead).plus(ttl).minus(BEFORE_THE_END);
  }

  /** Goes on from a time at the earliest. */
  synchronized void letOn(Instant from) {
    bar = Instant.MAX;
    var missing = Duration.between(instant(), from);
    ahead = missing.isPositive() ? ahead.plus(missing) : ahead;
  }

  @Override
  public synchronized Instant instant() {
    var now = system.instant().plus(ahead);
    return now.isBefore(bar) ? now : bar;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("this clock shows UTC");
  }
}
