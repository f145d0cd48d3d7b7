// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/** Durations as Go writes and reads them ({@code time.Duration}), with Go's error texts. */
public final class GoDuration {
  private static final Map<String, Long> UNITS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /**
   * Reads a duration such as {@code 1h30m} or {@code -5m}.
   *
   * @throws IllegalArgumentException with Go's words
   */
  public static Duration parse(String text) {
    var rest = text;
    var negative = rest.startsWith("-");
    if (negative || rest.startsWith("+")) {
      rest = rest.substring(1);
    }
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    if (rest.isEmpty()) {
      throw new IllegalArgumentException("time: invalid duration \"" + text + "\"");
    }
    var sum = BigDecimal.ZERO;
    while (!rest.isEmpty()) {
      var number = leading(rest, true);
      if (number.isEmpty()
          || number.equals(".")
          || number.indexOf('.') != number.lastIndexOf('.')) {
        throw new IllegalArgumentException("time: invalid duration \"" + text + "\"");
      }
      rest = rest.substring(number.length());
      var unit = leading(rest, false);
      if (unit.isEmpty()) {
        throw new IllegalArgumentException("time: missing unit in duration \"" + text + "\"");
      }
      var nanos = UNITS.get(unit);
      if (nanos == null) {
        throw new IllegalArgumentException(
            "time: unknown unit \"" + unit + "\" in duration \"" + text + "\"");
      }
      sum = sum.add(new BigDecimal(number).multiply(BigDecimal.valueOf(nanos)));
      rest = rest.substring(unit.length());
    }
    return Duration.ofNanos(negative ? -sum.longValue() : sum.longValue());
  }

  /** Writes a duration the way Go does, for example {@code 1h59m58.5s}. */
  public static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.isNegative()) {
      return "-" + format(duration.negated());
    }
    var nanos = duration.toNanos();
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    if (nanos < 1_000_000) {
      return scaled(nanos, 3) + "µs";
    }
    if (nanos < 1_000_000_000) {
      return scaled(nanos, 6) + "ms";
    }
    var minutes = duration.toMinutes();
    var seconds = scaled(nanos - minutes * 60_000_000_000L, 9) + "s";
    if (minutes == 0) {
      return seconds;
    }
    return minutes < 60
        ? minutes + "m" + seconds
        : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
  }

  private static String scaled(long nanos, int digits) {
    var value = BigDecimal.valueOf(nanos, digits).stripTrailingZeros();
    return value.toPlainString();
  }

  private static String leading(String text, boolean number) {
    var end = 0;
    while (end < text.length() && isOfNumber(text.charAt(end)) == number) {
      end++;
    }
    return text.substring(0, end);
  }

  private static boolean isOfNumber(char c) {
    return c == '.' || (c >= '0' && c <= '9');
  }
}
