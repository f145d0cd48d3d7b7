// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import java.util.Locale;

/** Bytes for people. */
final class Sizes {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};
  private static final int KIBI = 1024;

  private Sizes() {}

  static String of(long bytes) {
    var value = (double) bytes;
    var unit = 0;
    while (value >= KIBI && unit < UNITS.length - 1) {
      value /= KIBI;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
