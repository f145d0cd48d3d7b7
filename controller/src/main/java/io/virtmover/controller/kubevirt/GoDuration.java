// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import java.time.Duration;

/** Durations as Go reads them. */
final class GoDuration {
  private GoDuration() {}

  /** Exactly this long; units of which there are none are left out. */
  static String text(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("a negative duration: " + duration);
    }
    var text =
        part(duration.toHours(), "h")
            + part(duration.toMinutesPart(), "m")
            + part(duration.toSecondsPart(), "s")
            + part(duration.toNanosPart(), "ns");
    return text.isEmpty() ? "0s" : text;
  }

  private static String part(long amount, String unit) {
    return amount == 0 ? "" : amount + unit;
  }
}
