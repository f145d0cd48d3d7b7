// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.time.Duration;

/** Time limits for tests: long where a slow machine must not matter, short where one is tried. */
final class Limits {
  private static final Duration LONG = Duration.ofMinutes(1);

  private Limits() {}

  /** Nothing gives up by itself, but what is hopeless ends soon. */
  static ExportTimeouts patient() {
    return of(new ExportTimeouts.Exchange(LONG, 4096, LONG, LONG), LONG);
  }

  /** An outage is given up after so long. */
  static ExportTimeouts outage(Duration outage) {
    return of(patient().exchange(), outage);
  }

  /** An exchange ends as said, and is not repeated for longer than {@code outage}. */
  static ExportTimeouts of(ExportTimeouts.Exchange exchange, Duration outage) {
    return new ExportTimeouts(
        Duration.ofSeconds(30),
        exchange,
        new ExportTimeouts.Retry(
            Duration.ofMillis(2), Duration.ofMillis(50), Duration.ofMillis(100), outage, outage));
  }

  static ExportTimeouts.Exchange idle(Duration idle) {
    return new ExportTimeouts.Exchange(idle, 4096, LONG, LONG);
  }

  static ExportTimeouts.Exchange rate(long leastBytes, Duration window) {
    return new ExportTimeouts.Exchange(LONG, leastBytes, window, LONG);
  }
}
