// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.time.Duration;
import java.util.Locale;

/** Durations as messages write them. */
final class Seconds {
  private static final int WHOLE_FROM = 10;

  private Seconds() {}

  static String of(Duration duration) {
    return duration.toSeconds() >= WHOLE_FROM
        ? "%d s".formatted(duration.toSeconds())
        : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
  }
}
