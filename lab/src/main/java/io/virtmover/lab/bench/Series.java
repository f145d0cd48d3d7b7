// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The same measured again and again. */
record Series(String name, List<Measurement> rounds) {
  /** More between the fastest and the slowest round is no figure (docs/performance.md). */
  static final double MOST_SPREAD = 0.25;

  /** A figure of all rounds. */
  record Figure(double median, double least, double most) {
    static Figure of(double... values) {
      var sorted = values.clone();
      Arrays.sort(sorted);
      var middle = sorted.length / 2;
      var median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return new Figure(median, sorted[0], sorted[sorted.length - 1]);
    }

    boolean isSteady() {
      return most <= least * (1 + MOST_SPREAD);
    }
  }

  Figure wall() {
    return figure(Measurement::wall);
  }

  Figure cpu() {
    return figure(Measurement::cpu);
  }

  Figure figure(ToDoubleFunction<Measurement> of) {
    return Figure.of(rounds.stream().mapToDouble(of).toArray());
  }
}
