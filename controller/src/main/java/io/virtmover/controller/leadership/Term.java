// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import java.time.Duration;
import java.time.Instant;

/**
 * What a lease says.
 *
 * @param holder who leads; empty: nobody
 * @param lasts for how long after a renewal nobody else may lead
 * @param acquired when its holder took it, by the holder's clock
 * @param renewed when its holder last renewed it, by the holder's clock: a sign of life and no time
 *     to reckon with, since clocks differ
 * @param transitions how often it has changed hands
 */
record Term(String holder, Duration lasts, Instant acquired, Instant renewed, int transitions) {
  static Term first(String holder, Duration lasts, Instant now) {
    return new Term(holder, lasts, now, now, 0);
  }

  Term takenBy(String next, Duration lasting, Instant now) {
    return new Term(next, lasting, now, now, transitions + 1);
  }

  Term renewed(Duration lasting, Instant now) {
    return new Term(holder, lasting, acquired, now, transitions);
  }

  /** Anybody may take it at once. */
  Term released(Instant now) {
    return new Term("", Duration.ofSeconds(1), acquired, now, transitions);
  }
}
