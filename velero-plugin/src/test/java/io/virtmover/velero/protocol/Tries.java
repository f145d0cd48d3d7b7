// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import java.time.Duration;

/** What must be quick enough once: a busy machine makes a try slow, but not all of them. */
final class Tries {
  private static final int MOST = 5;

  /** Something that takes its time. */
  interface Try {
    /** How long it took. */
    Duration took() throws Exception;
  }

  private Tries() {}

  /** The shortest of some tries; none follows on one that is within the bound. */
  static Duration shortest(Duration bound, Try what) throws Exception {
    var shortest = what.took();
    for (var tries = 1; tries < MOST && shortest.compareTo(bound) >= 0; tries++) {
      var took = what.took();
      shortest = took.compareTo(shortest) < 0 ? took : shortest;
    }
    return shortest;
  }
}
