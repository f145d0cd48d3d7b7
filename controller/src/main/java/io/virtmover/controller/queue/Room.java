// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.queue;

import io.virtmover.controller.config.ControllerConfig;
import java.util.HashMap;
import java.util.Map;

/** What the limits leave room for. */
final class Room {
  private final ControllerConfig.Limits limits;
  private final Map<String, Integer> perLocation = new HashMap<>();
  private final Map<String, Integer> perNode = new HashMap<>();
  private int all;

  Room(ControllerConfig.Limits limits) {
    this.limits = limits;
  }

  /** Lets it in where there is room; who is not let in takes none. */
  boolean admit(Place place) {
    var isAdmitted =
        all < limits.cluster()
            && perLocation.getOrDefault(place.location(), 0) < limits.location()
            && !isFull(place.node());
    if (isAdmitted) {
      fill(place);
    }
    return isAdmitted;
  }

  private boolean isFull(String node) {
    return limits.node() > 0 && !node.isEmpty() && perNode.getOrDefault(node, 0) >= limits.node();
  }

  /** Counts one that is in, room or not. */
  void fill(Place place) {
    all++;
    perLocation.merge(place.location(), 1, Integer::sum);
    perNode.merge(place.node(), 1, Integer::sum);
  }
}
