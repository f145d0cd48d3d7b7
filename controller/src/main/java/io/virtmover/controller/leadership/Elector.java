// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final Candidate candidate;
  private final Clock clock;
  private final AtomicBoolean isLost = new AtomicBoolean();

  private boolean isReleased;
  private volatile boolean isHeld;
  private volatile Duration heldUntil = Duration.ZERO;
  private volatile Optional<Duration> answered = Optional.empty();

  Elector(String identity, LeaseTimes times, LeaseStore store, Office office, Clock clock) {
    this.identity = identity;
    this.times = times;
    this.store = store;
    this.office = office;
    this.candidate = new Candidate(identity);
    this.clock = clock;
  }

  /** Looks at the lease once; a failure to do so is one of the store. */
  synchronized void round(Duration now) {
    if (isReleased) {
      return;
    }
    var found = store.read();
    answered = Optional.of(now);
    switch (candidate.next(found.map(LeaseStore.Stored::term), now)) {
      case CREATE -> {
        if (store.create(Term.first(identity, times.lease(), clock.instant()))) {
          held(now);
        }
      }
      case TAKE -> {
        var before = found.orElseThrow();
        var next = before.term().takenBy(identity, times.lease(), clock.instant());
        if (store.replace(before, next)) {
          held(now);
        }
      }
      case RENEW -> {
        var before = found.orElseThrow();
        if (store.replace(before, before.term().renewed(times.lease(), clock.instant()))) {
          held(now);
        }
      }
      case WAIT -> {
        if (isHeld) {
          lost("it is held by %s".formatted(found.orElseThrow().term().holder()));
        }
      }
    }
  }

  /** The time counts from before the write: others count it from after. */
  private void held(Duration now) {
    heldUntil = now.plus(times.renewDeadline());
    if (!isHeld) {
      isHeld = true;
      office.taken();
    }
  }

  /** Ends a leader whose last renewal is too long ago. */
  void check(Duration now) {
    if (isHeld && now.compareTo(heldUntil) > 0) {
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
        && store.replace(found.get(), found.get().term().released(clock.instant()))) {
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

  /** Whether the store has answered lately. */
  boolean isInTouch(Duration now) {
    return answered.filter(at -> now.compareTo(at.plus(times.renewDeadline())) < 0).isPresent();
  }
}
