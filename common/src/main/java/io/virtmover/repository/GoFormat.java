// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Values spelled as Kubernetes and Go spell them. */
final class GoFormat {
  private static final int KIBI = 1024;
  private static final int KILO = 1000;
  private static final String[] DECIMAL_SUFFIXES = {"", "k", "M", "G", "T", "P", "E"};
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

  /**
   * Whether a text is a time as Go's decoder accepts it.
   *
   * @throws java.time.DateTimeException if it is not
   */
  static Instant parseTime(String text) {
    return OffsetDateTime.parse(text).toInstant();
  }

  /**
   * A canonical Kubernetes quantity: the largest power of 1024 that divides the number; if none
   * does, the largest power of 1000.
   */
  static String quantity(long bytes) {
    return bytes > 0 && bytes % KIBI == 0
        ? quantity(bytes, KIBI, SUFFIXES)
        : quantity(bytes, KILO, DECIMAL_SUFFIXES);
  }

  private static String quantity(long bytes, int base, String[] suffixes) {
    var value = bytes;
    var suffix = 0;
    while (value > 0 && value % base == 0 && suffix < suffixes.length - 1) {
      value /= base;
      suffix++;
    }
    return value + suffixes[suffix];
  }
}
