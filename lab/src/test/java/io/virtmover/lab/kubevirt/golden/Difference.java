// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells by which lines two lists differ: {@code -} is wanted and missing, {@code +} is too much.
 */
final class Difference {
  private Difference() {}

  static List<String> between(List<String> wanted, List<String> here) {
    var common = common(wanted, here);
    var lines = new ArrayList<String>();
    var i = 0;
    var j = 0;
    while (i < wanted.size() || j < here.size()) {
      if (i < wanted.size() && j < here.size() && wanted.get(i).equals(here.get(j))) {
        i++;
        j++;
      } else if (j == here.size() || (i < wanted.size() && common[i + 1][j] >= common[i][j + 1])) {
        lines.add("%n-%d %s".formatted(i, wanted.get(i++)));
      } else {
        lines.add("%n+%d %s".formatted(j, here.get(j++)));
      }
    }
    return lines;
  }

  /** Lengths of the longest common sequences from each pair of places on. */
  private static int[][] common(List<String> one, List<String> other) {
    var length = new int[one.size() + 1][other.size() + 1];
    for (var i = one.size() - 1; i >= 0; i--) {
      for (var j = other.size() - 1; j >= 0; j--) {
        length[i][j] =
            one.get(i).equals(other.get(j))
                ? length[i + 1][j + 1] + 1
                : Math.max(length[i + 1][j], length[i][j + 1]);
      }
    }
    return length;
  }
}
