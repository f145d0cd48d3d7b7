// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.leadership.Leadership;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.location.Locations;
import io.virtmover.controller.metrics.CollectMetrics;
import io.virtmover.controller.queue.Slots;
import io.virtmover.controller.report.Events;
import io.virtmover.domain.VmRef;
import io.virtmover.repository.Collected;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Looks for tombstones, and seldom at everything, on one thread: so one VM after another, in one
 * location at a time. Two controllers that both did would do no harm, so losing the lease does not
 * have to wait for it.
 */
@ApplicationScoped
public class CollectRounds {
  private static final Logger LOG = Logger.getLogger(CollectRounds.class);
  private static final Duration PAUSE = Duration.ofSeconds(15);
  private static final Duration FIRST_ROUND = Duration.ofMinutes(30);

  private final ControllerConfig.Collect settings;
  private final Leadership leadership;
  private final Slots slots;
  private final Tombstones tombstones;
  private final Burial burial;
  private final Locations locations;
  private final Freeing freeing;
  private final BusyVms busy;
  private final CollectMetrics metrics;
  private final Events events;
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("collect-", 1).factory());
  private Optional<Instant> nextOfAll = Optional.empty();

  CollectRounds(
      ControllerConfig config,
      Leadership leadership,
      Slots slots,
      Tombstones tombstones,
      Locations locations,
      Freeing freeing,
      BusyVms busy,
      CollectMetrics metrics,
      Events events) {
    this.settings = config.collect();
    this.leadership = leadership;
    this.slots = slots;
    this.tombstones = tombstones;
    this.burial = new Burial(locations::find, freeing, busy::isBusy, settings, this::tell);
    this.locations = locations;
    this.freeing = freeing;
    this.busy = busy;
    this.metrics = metrics;
    this.events = events;
  }

  void start(@Observes StartupEvent event) {
    var pause = PAUSE.toMillis();
    var _ = rounds.scheduleWithFixedDelay(this::round, pause, pause, TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent event) {
    rounds.shutdownNow();
  }

  /** Never fails: it would not be called again. */
  private void round() {
    try {
      if (!isActing()) {
        return;
      }
      bury();
      if (isTimeForAll(Clock.systemUTC().instant())) {
        lookThroughAll();
      }
    } catch (RuntimeException e) {
      LOG.warnf("Space could not be freed: %s; it is tried again.", e.getMessage());
      LOG.debug("The failure:", e);
    }
  }

  /** Which VMs are busy is known when requests are served. */
  private boolean isActing() {
    return leadership.isLeading() && slots.isOpen();
  }

  /** Does what tombstones ask for. */
  void bury() {
    var now = Clock.systemUTC().instant();
    var all = tombstones.list();
    metrics.tombstones(all.size());
    for (var work : all) {
      if (work.isDue(now) && isActing()) {
        bury(work);
      }
    }
  }

  /** Does what one tombstone asks for, and writes down what comes next. */
  void bury(Work work) {
    var now = Clock.systemUTC().instant();
    Work.Next next;
    try {
      next = burial.run(work, now);
    } catch (RuntimeException e) {
      // Whatever it is, it must not keep the others' space.
      next = work.failed(now, String.valueOf(e.getMessage()));
      metrics.failed();
      LOG.warnf("Tombstone %s: %s", work.object().getMetadata().getName(), e.getMessage());
      if (work.failures() == 0) {
        events.tell(work.object(), true, "NotFreed", String.valueOf(e.getMessage()));
      }
    }
    tombstones.put(work, next);
  }

  private boolean isTimeForAll(Instant now) {
    if (settings.period().isZero()) {
      return false;
    }
    var next = nextOfAll.orElseGet(() -> now.plus(FIRST_ROUND));
    nextOfAll = Optional.of(next.isAfter(now) ? next : now.plus(settings.period()));
    return !next.isAfter(now);
  }

  private void lookThroughAll() {
    for (var name : locations.names()) {
      try {
        var access = locations.find(name);
        if (!access.isReadOnly()) {
          lookThrough(access);
        }
      } catch (RuntimeException e) {
        metrics.failed();
        LOG.warnf("BackupStorageLocation %s: %s", name, e.getMessage());
      }
    }
  }

  private void lookThrough(LocationAccess access) {
    for (var vm : freeing.vms(access)) {
      if (!isActing()) {
        return;
      }
      if (!busy.isBusy(vm)) {
        lookAt(access, vm);
      }
    }
  }

  /** What is wrong with one VM must not keep the others' space. */
  private void lookAt(LocationAccess access, VmRef vm) {
    try {
      tell(access, freeing.free(access, vm));
    } catch (RuntimeException e) {
      metrics.failed();
      LOG.warnf("VM %s in BackupStorageLocation %s: %s", vm, access.name(), e.getMessage());
    }
  }

  private void tell(LocationAccess access, Collected collected) {
    for (var lost : collected.lost()) {
      LOG.warnf(
          "A backup of VM %s in BackupStorageLocation %s needs checkpoint %s, which its index does not have; try 'virtmover rebuild-index'.",
          collected.vm(), access.name(), lost);
    }
    if (collected.isNothing()) {
      return;
    }
    if (!settings.dryRun()) {
      metrics.freed(collected.bytes());
    }
    LOG.infof(
        "%s of VM %s in BackupStorageLocation %s: bytes=%d objects=%d uploads=%d checkpoints=%s",
        settings.dryRun() ? "Would be freed" : "Freed",
        collected.vm(),
        access.name(),
        collected.bytes(),
        collected.objects(),
        collected.uploads(),
        collected.checkpoints());
  }
}
