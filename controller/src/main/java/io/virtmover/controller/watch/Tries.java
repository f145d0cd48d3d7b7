// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Since when this process has tried to get something done. It is not kept: the time in which no
 * controller was there must count against no deadline, and another one begins to count anew.
 */
@ApplicationScoped
public class Tries {
  private final Map<String, Map<OwnWork, Instant>> since = new ConcurrentHashMap<>();

  /** When each work of an attempt was first tried; without those that were not. */
  public Map<OwnWork, Instant> of(String attempt) {
    return Map.copyOf(since.getOrDefault(attempt, Map.of()));
  }

  /** Notes a try; only the first one counts. */
  public void tried(String attempt, OwnWork work, Instant now) {
    since.computeIfAbsent(attempt, _ -> new ConcurrentHashMap<>()).putIfAbsent(work, now);
  }

  /** Forgets an attempt that is over. */
  public void forget(String attempt) {
    since.remove(attempt);
  }
}
