// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.virtmover.controller.metrics.CollectMetrics;
import io.virtmover.controller.report.Events;
import java.time.Clock;
import org.jboss.logging.Logger;

/** How it goes, in the tombstones themselves, and for people. */
final class Notes implements LocationRound.Book {
  private static final Logger LOG = Logger.getLogger(Notes.class);

  private final Tombstones tombstones;
  private final CollectMetrics metrics;
  private final Events events;
  private final Clock clock;

  Notes(Tombstones tombstones, CollectMetrics metrics, Events events, Clock clock) {
    this.tombstones = tombstones;
    this.metrics = metrics;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public void put(Work work, Work.Next next) {
    tombstones.put(work, next);
  }

  @Override
  public void failed(Work work, Throwable failure) {
    var name = work.object().getMetadata().getName();
    var why = String.valueOf(failure.getMessage());
    metrics.failed();
    log("Tombstone " + name, failure);
    try {
      put(work, work.failed(clock.instant(), why));
      if (work.failures() == 0) {
        events.tell(work.object(), true, "NotFreed", why);
      }
    } catch (RuntimeException e) {
      LOG.warnf("Tombstone %s: how it goes could not be written down: %s", name, e.getMessage());
    }
  }

  @Override
  public void postponed(String location, int count, Throwable why) {
    if (count > 0) {
      LOG.warnf(
          "BackupStorageLocation %s: %s; %d tombstones wait for the next round.",
          location, why.getMessage(), count);
    }
  }

  /** What only a human can explain comes with all that is known of it. */
  static void log(String what, Throwable failure) {
    if (failure instanceof Error) {
      LOG.errorf(failure, "%s: %s", what, failure);
      return;
    }
    LOG.warnf("%s: %s", what, failure.getMessage());
    LOG.debug("The failure:", failure);
  }
}
