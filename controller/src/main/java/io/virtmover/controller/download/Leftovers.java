// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is left of a request after it was asked to go.
 *
 * @param pods movers that have not ended
 * @param stoppingSince since when the longest of them is to stop
 * @param others everything else
 */
record Leftovers(List<String> pods, Optional<Instant> stoppingSince, List<String> others) {
  Leftovers {
    pods = List.copyOf(pods);
    others = List.copyOf(others);
  }

  boolean isNothing() {
    return pods.isEmpty() && others.isEmpty();
  }

  @Override
  public String toString() {
    return String.join(", ", Stream.concat(pods.stream(), others.stream()).toList());
  }
}
