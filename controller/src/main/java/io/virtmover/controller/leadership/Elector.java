// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Takes the lease when it is free, and renews it. Threads of its own call it: {@link #round} may
 * block in a request for as long as that takes, so {@link #check} ends a leader that is late.
 */
final class Elector {
  private static final Logger LOG = Logger.getLogger(Elector.class);

  /** What follows from it; each is called once at most. */
  interface Office {
    /** The lease is ours. It must not block. */
    void taken();

    /** It may be another's: whatever acts has to end now. */
    void lost(String why);
  }

  private final String identity;
  private final LeaseTimes times;
  private final LeaseStore store;
  private final Office office;
  private final Supplier<Duration> now;
  private final Clock clock;
  private final Candidate candidate;
  private final AtomicBoolean isLost = new AtomicBoolean();

  private boolean isReleased;
  private Optional<LeaseStore.Stored> own = Optional.empty();
  private volatile boolean isHeld;
  private volatile Duration heldUntil = Duration.ZERO;
  private volatile Optional<Duration> answered = Optional.empty();

  /**
   * @param isAnotherPointedAt whether another one may lead although there is no lease
   * @param now the time since any fixed moment, by which everything is measured
   * @param clock for what people read in the lease
   */
  Elector(
      String identity,
      LeaseTimes times,
      LeaseStore store,
      Office office,
      BooleanSupplier isAnotherPointedAt,
      Supplier<Duration> now,
      Clock clock) {
    this.identity = identity;
    this.times = times;
    this.store = store;
    this.office = office;
    this.now = now;
    this.clock = clock;
    this.candidate = new Candidate(identity, times.lease(), isAnotherPointedAt);
  }

  /** Renews the lease, or looks at it; a failure to do so is one of the store. */
  synchronized void round() {
    if (isReleased || renewed()) {
      return;
    }
    var found = store.read();
    switch (candidate.next(found.map(LeaseStore.Stored::term), isHeld, now.get())) {
      case CREATE -> hold(() -> store.create(Term.first(identity, times.lease(), clock.instant())));
      case TAKE -> {
        var before = found.orElseThrow();
        var next = before.term().takenBy(identity, times.lease(), clock.instant());
        hold(() -> store.replace(before, next));
      }
      case RENEW -> {
        own = found;
        var _ = renewed();
      }
      case WAIT -> {
        answered = Optional.of(now.get());
        if (isHeld) {
          lost("it is held by %s".formatted(found.orElseThrow().term().holder()));
        }
      }
    }
  }

  /** Without a look at it: a write counts only for what we wrote last. */
  private boolean renewed() {
    return own.map(
            before ->
                hold(
                    () ->
                        store.replace(
                            before, before.term().renewed(times.lease(), clock.instant()))))
        .orElse(false);
  }

  /** The time counts from before the write: others count it from after. */
  private boolean hold(Supplier<Optional<LeaseStore.Stored>> write) {
    var before = now.get();
    own = write.get();
    if (own.isEmpty()) {
      return false;
    }
    answered = Optional.of(now.get());
    heldUntil = before.plus(times.renewDeadline());
    if (!isHeld) {
      isHeld = true;
      office.taken();
    }
    return true;
  }

  /** Ends a leader whose last renewal is too long ago. */
  void check() {
    if (isHeld && now.get().compareTo(heldUntil) > 0) {
      lost("it could not be renewed for %s".formatted(times.renewDeadline()));
    }
  }

  private void lost(String why) {
    if (isLost.compareAndSet(false, true)) {
      office.lost(why);
    }
  }

  /** Gives the lease up, so that nobody has to wait for its end. Nothing may act any longer. */
  synchronized void release() {
    isReleased = true;
    if (!isHeld) {
      return;
    }
    isHeld = false;
    var found = store.read().filter(stored -> stored.term().holder().equals(identity));
    if (found.isPresent()
        && store.replace(found.get(), found.get().term().released(clock.instant())).isPresent()) {
      LOG.info("The lease is released.");
    }
  }

  boolean isHeld() {
    return isHeld;
  }

  /** How long after a round the next is due: who waits looks more often, it writes nothing. */
  Duration pause() {
    return isHeld ? times.retryPeriod() : times.retryPeriod().dividedBy(2);
  }

  /** Whether it has lately renewed the lease, or seen that another one holds it. */
  boolean isInTouch() {
    return answered
        .filter(at -> now.get().compareTo(at.plus(times.renewDeadline())) < 0)
        .isPresent();
  }
}
