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
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.Collected;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Looks for tombstones, and seldom at everything, on one thread: so one VM after another, in one
 * location at a time. Two controllers that both did would do no harm, so losing the lease does not
 * have to wait for it.
 */
@ApplicationScoped
public class CollectRounds {
  /** Calls something again and again, a while after it has returned, until it is stopped. */
  interface Schedule {
    void start(Duration pause, Runnable round);

    void stop();
  }

  private static final Logger LOG = Logger.getLogger(CollectRounds.class);
  private static final Duration PAUSE = Duration.ofSeconds(15);
  private static final Duration FIRST_ROUND = Duration.ofMinutes(30);

  /** So many tombstones of a location fit into the heap; the others are found in later rounds. */
  private static final int MOST_AT_ONCE = 500;

  /** So many VMs in a row that cannot be reached mean that the store cannot. */
  private static final int MOST_AWAY = 3;

  private final ControllerConfig.Collect settings;
  private final BooleanSupplier isActing;
  private final Tombstones tombstones;
  private final Locations locations;
  private final OpenLocations buckets;
  private final Predicate<VmRef> isBusy;
  private final CollectMetrics metrics;
  private final Notes notes;
  private final Clock clock;
  private final Schedule schedule;
  private final LocationRound ofLocation;
  private final ForgottenBackups forgotten;
  private Optional<Instant> nextOfAll = Optional.empty();

  @Inject
  CollectRounds(
      ControllerConfig config,
      Leadership leadership,
      Slots slots,
      Tombstones tombstones,
      Locations locations,
      OpenLocations buckets,
      BusyVms busy,
      CollectMetrics metrics,
      Events events) {
    this(
        config.collect(),
        // Which VMs are busy is known when requests are served.
        () -> leadership.isLeading() && slots.isOpen(),
        tombstones,
        locations,
        buckets,
        busy::isBusy,
        metrics,
        events,
        Clock.systemUTC(),
        new OneThread());
  }

  CollectRounds(
      ControllerConfig.Collect settings,
      BooleanSupplier isActing,
      Tombstones tombstones,
      Locations locations,
      OpenLocations buckets,
      Predicate<VmRef> isBusy,
      CollectMetrics metrics,
      Events events,
      Clock clock,
      Schedule schedule) {
    this.settings = settings;
    this.isActing = isActing;
    this.tombstones = tombstones;
    this.locations = locations;
    this.buckets = buckets;
    this.isBusy = isBusy;
    this.metrics = metrics;
    this.clock = clock;
    this.schedule = schedule;
    this.notes = new Notes(tombstones, metrics, events, clock);
    this.forgotten = new ForgottenBackups(tombstones, metrics);
    var burial = new Burial(isBusy, settings, this::tell);
    this.ofLocation = new LocationRound(locations::find, buckets, burial, isActing, notes, clock);
  }

  private static final class OneThread implements Schedule {
    private final ScheduledExecutorService rounds =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("collect-", 1).factory());

    @Override
    public void start(Duration pause, Runnable round) {
      var millis = pause.toMillis();
      var _ = rounds.scheduleWithFixedDelay(round, millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
      rounds.shutdownNow();
    }
  }

  void start(@Observes StartupEvent event) {
    start();
  }

  void start() {
    schedule.start(PAUSE, this::round);
  }

  void stop(@Observes ShutdownEvent event) {
    schedule.stop();
  }

  /** Never fails: it would not be called again. */
  private void round() {
    try {
      if (!isActing.getAsBoolean()) {
        return;
      }
      bury();
      if (isTimeForAll(clock.instant())) {
        lookThroughAll();
      }
    } catch (RuntimeException | Error e) {
      Notes.log("Space could not be freed, which is tried again", e);
    }
  }

  /** Does what tombstones ask for, location by location. */
  private void bury() {
    var now = clock.instant();
    var due = new DueWork(MOST_AT_ONCE);
    var count = new AtomicInteger();
    tombstones.forEach(
        work -> {
          count.incrementAndGet();
          if (work.isDue(now)) {
            location(work).ifPresent(name -> due.add(name, work));
          }
        });
    metrics.tombstones(count.get());
    due.forEach(
        (location, works) -> {
          if (isActing.getAsBoolean()) {
            ofLocation.run(location, works);
          }
        });
  }

  private Optional<String> location(Work work) {
    try {
      return Optional.of(work.tombstone().location());
    } catch (VirtMoverException e) {
      notes.failed(work, e);
      return Optional.empty();
    }
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
    var names = locations.names();
    metrics.locations(names);
    for (var name : names) {
      try {
        var access = locations.find(name);
        if (!access.isReadOnly()) {
          var _ = buckets.in(access, open -> lookThrough(access, open));
        }
      } catch (RuntimeException | Error e) {
        metrics.failed();
        Notes.log("BackupStorageLocation " + name, e);
      }
    }
  }

  private boolean lookThrough(LocationAccess access, OpenLocation open) {
    var away = 0;
    for (var vm : open.vms()) {
      if (away == MOST_AWAY) {
        LOG.warnf(
            "BackupStorageLocation %s cannot be reached; its VMs from %s on are looked through in %s.",
            access.name(), vm, settings.period());
        return false;
      }
      if (!isActing.getAsBoolean()) {
        return false;
      }
      if (!isBusy.test(vm)) {
        away = isReached(access, open, vm) ? 0 : away + 1;
      }
    }
    forgotten.tell(access, open);
    return true;
  }

  /** What is wrong with one VM must not keep the others' space. */
  private boolean isReached(LocationAccess access, OpenLocation open, VmRef vm) {
    try {
      open.free(vm, () -> isBusy.test(vm)).ifPresent(collected -> tell(access, collected));
      return true;
    } catch (RuntimeException | Error e) {
      metrics.failed();
      Notes.log("VM %s in BackupStorageLocation %s".formatted(vm, access.name()), e);
      return !LocationRound.isAway(e);
    }
  }

  private void tell(LocationAccess access, Collected collected) {
    for (var lost : collected.lost()) {
      LOG.warnf(
          "A backup of VM %s in BackupStorageLocation %s needs checkpoint %s, which its index does not have; try 'virtmover rebuild-index'.",
          collected.vm(), access.name(), lost);
    }
    if (collected.isNothing() && !(settings.dryRun() && collected.hasMore())) {
      return;
    }
    if (!settings.dryRun()) {
      metrics.freed(collected.bytes());
    }
    LOG.infof(
        "%s of VM %s in BackupStorageLocation %s: bytes=%d objects=%d uploads=%d checkpoints=%s%s",
        settings.dryRun() ? "Would be freed" : "Freed",
        collected.vm(),
        access.name(),
        collected.bytes(),
        collected.objects(),
        collected.uploads(),
        collected.checkpoints(),
        collected.hasMore() ? "; more of it when collect.grace is over" : "");
  }
}
