// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
  private final Duration patience;
  private final BooleanSupplier isAnotherPointedAt;
  private @Nullable Term seen;
  private Duration seenAt = Duration.ZERO;
  private boolean isGone;
  private boolean isFree;

  /**
   * @param identity the only living process of this name: one that finds its own name in a lease
   *     has been started again
   * @param patience for how long one may act whose lease was never seen here
   * @param isAnotherPointedAt whether another one may lead although there is no lease; asked once,
   *     at a first look that finds none
   */
  Candidate(String identity, Duration patience, BooleanSupplier isAnotherPointedAt) {
    this.identity = identity;
    this.patience = patience;
    this.isAnotherPointedAt = isAnotherPointedAt;
  }

  /**
   * @param lease as it was read just now
   * @param isHeld whether it was ours until now
   * @param now since any fixed moment
   */
  Move next(Optional<Term> lease, boolean isHeld, Duration now) {
    if (lease.isEmpty()) {
      return isHeld ? Move.CREATE : withoutLease(now);
    }
    isGone = false;
    var term = lease.get();
    isFree = term.holder().isEmpty();
    if (isFree) {
      seen = null;
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
    return isOver(term.lasts(), now) ? Move.TAKE : Move.WAIT;
  }

  /** Who deletes a lease ends nobody: its holder may act for as long as it lasted, or renew it. */
  private Move withoutLease(Duration now) {
    if (!isGone) {
      isGone = true;
      // It may have been renewed just before.
      seenAt = now;
      // A first installation need not wait for anybody.
      isFree |= seen == null && !isAnotherPointedAt.getAsBoolean();
    }
    return isFree || isOver(seen == null ? patience : seen.lasts(), now) ? Move.CREATE : Move.WAIT;
  }

  private boolean isOver(Duration lasts, Duration now) {
    return now.compareTo(seenAt.plus(lasts)) > 0;
  }
}
