// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to do about a lease. Whether another holder is alive is told by changes of the lease
 * within its time, measured here by a clock that nobody sets: what is written in it is of another
 * machine's clock.
 */
final class Candidate {
  /** What to do. */
  enum Move {
    /** There is no lease: make it. */
    CREATE,
    /** Nobody holds it any longer. */
    TAKE,
    /** It is ours. */
    RENEW,
    /** Another one holds it. */
    WAIT
  }

  private final String identity;
  private @Nullable Term seen;
  private Duration seenAt = Duration.ZERO;

  /**
   * @param identity the only living process of this name: one that finds its own name in a lease
   *     has been started again
   */
  Candidate(String identity) {
    this.identity = identity;
  }

  /**
   * @param lease as it was read just now
   * @param now since any fixed moment
   */
  Move next(Optional<Term> lease, Duration now) {
    if (lease.isEmpty()) {
      return Move.CREATE;
    }
    var term = lease.get();
    if (term.holder().isEmpty()) {
      return Move.TAKE;
    }
    if (term.holder().equals(identity)) {
      return Move.RENEW;
    }
    if (!term.equals(seen)) {
      seen = term;
      seenAt = now;
      return Move.WAIT;
    }
    return now.compareTo(seenAt.plus(term.lasts())) > 0 ? Move.TAKE : Move.WAIT;
  }
}
