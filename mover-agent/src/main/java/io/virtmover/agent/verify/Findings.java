// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.verify;

import io.virtmover.transfer.Damage;
import io.virtmover.transfer.Unusable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a verification has found. Of endless damage the first is kept, all of it counted.
 * Thread-safe.
 */
final class Findings {
  private static final int MOST = 1000;

  private final List<Damage> damages = new ArrayList<>();
  private final Set<Unusable> unusable = new LinkedHashSet<>();
  private long count;

  synchronized void add(Damage damage) {
    count++;
    if (damages.size() < MOST) {
      damages.add(damage);
    }
  }

  synchronized void add(Unusable found) {
    unusable.add(found);
  }

  synchronized List<Damage> damages() {
    return List.copyOf(damages);
  }

  /** All damages, those that are not kept included. */
  synchronized long count() {
    return count;
  }

  synchronized List<Unusable> unusable() {
    return List.copyOf(unusable);
  }
}
