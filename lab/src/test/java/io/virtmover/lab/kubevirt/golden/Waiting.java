// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Polls for a condition until a deadline. */
final class Waiting {
  private static final Duration PAUSE = Duration.ofMillis(5);

  private Waiting() {}

  static void until(Duration within, BooleanSupplier condition, Supplier<String> otherwise) {
    var deadline = Instant.now().plus(within);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not within %s: %s".formatted(within, otherwise.get()));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
