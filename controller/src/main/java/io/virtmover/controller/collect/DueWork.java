// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.BiConsumer;

/**
 * What one round works on, by location: of each the works that have waited longest, at most so
 * many. What has no room is found again in the next round. None waits for ever: whatever is worked
 * on is due later afterwards, and a location that is away has only its own room.
 */
final class DueWork {
  private static final Comparator<Work> LONGEST_FIRST = Comparator.comparing(Work::waitsSince);

  private final int most;
  private final Map<String, PriorityQueue<Work>> youngestFirst = new LinkedHashMap<>();

  /**
   * @param most of each location
   */
  DueWork(int most) {
    this.most = most;
  }

  void add(String location, Work work) {
    var works =
        youngestFirst.computeIfAbsent(location, _ -> new PriorityQueue<>(LONGEST_FIRST.reversed()));
    works.add(work);
    if (works.size() > most) {
      works.remove();
    }
  }

  /** Hands over each location's, what has waited longest first. */
  void forEach(BiConsumer<String, List<Work>> consumer) {
    youngestFirst.forEach(
        (location, works) -> {
          var ordered = new ArrayList<>(works);
          ordered.sort(LONGEST_FIRST);
          consumer.accept(location, ordered);
        });
  }
}
