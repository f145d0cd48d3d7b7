// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import java.util.Locale;

/** Bytes for people. */
final class Sizes {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final int KIBI = 1024;

  /** Sizes are told in tenths of a unit; what rounds to a whole larger one is told as that. */
  private static final int TENTHS = 10;

  private Sizes() {}

  static String of(long bytes) {
    var value = (double) bytes;
    var unit = 0;
    while (Math.round(value * TENTHS) >= KIBI * TENTHS && unit < UNITS.length - 1) {
      value /= KIBI;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
