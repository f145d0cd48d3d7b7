// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Values spelled as Kubernetes and Go spell them. */
final class GoFormat {
  private static final int KIBI = 1024;
  private static final String[] SUFFIXES = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral('Z')
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private GoFormat() {}

  /** RFC 3339, UTC, nanoseconds at most, zeros at the end cut. */
  static String time(Instant time) {
    return TIME.format(time);
  }

  /** A canonical Kubernetes quantity: the largest power of 1024 that divides the number. */
  static String quantity(long bytes) {
    var value = bytes;
    var suffix = 0;
    while (value > 0 && value % KIBI == 0 && suffix < SUFFIXES.length - 1) {
      value /= KIBI;
      suffix++;
    }
    return value + SUFFIXES[suffix];
  }
}
