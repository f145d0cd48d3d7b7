// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.kubevirt.KubeVirt;
import io.virtmover.domain.VmRef;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * When the last backup of each VM succeeded, where the settings ask for that. It follows from the
 * DataUploads that there are, so a restart loses nothing. A VM is forgotten when it is gone, when
 * its last success is long ago, or when there are too many.
 */
@ApplicationScoped
public class LastSuccess {
  private static final Logger LOG = Logger.getLogger(LastSuccess.class);

  /** After a start, when the requests are known. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final Duration OFTEN = Duration.ofMinutes(1);

  /** How often it is asked which VMs are gone. */
  private static final Duration SELDOM = Duration.ofHours(1);

  /** A backup of a VM that has completed. */
  public record Success(VmRef vm, Instant end) {}

  private record Series(Gauge gauge, Instant end) {}

  private final MeterRegistry registry;
  private final ControllerConfig.Metrics settings;
  private final Predicate<VmRef> isThere;
  private final InstantSource clock;
  private final Map<VmRef, Series> series = new HashMap<>();
  private final ScheduledExecutorService looking =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

  /** Their DataUploads are there for longer than they. */
  private final Map<VmRef, Instant> gone = new HashMap<>();

  private volatile Instant lastSweep = Instant.EPOCH;

  @Inject
  LastSuccess(MeterRegistry registry, ControllerConfig config, KubeVirt kubeVirt) {
    this(registry, config.metrics(), vm -> kubeVirt.reference(vm).isPresent(), Clock.systemUTC());
  }

  LastSuccess(
      MeterRegistry registry,
      ControllerConfig.Metrics settings,
      Predicate<VmRef> isThere,
      InstantSource clock) {
    this.registry = registry;
    this.settings = settings;
    this.isThere = isThere;
    this.clock = clock;
  }

  /**
   * Looks for completed backups every minute from now on, where the settings ask for that.
   *
   * @param there what there is; asked on a thread of its own
   */
  public void follow(Supplier<Stream<Success>> there) {
    if (settings.perVm()) {
      var _ =
          looking.scheduleWithFixedDelay(
              () -> look(there), SOON.toSeconds(), OFTEN.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @PreDestroy
  void stop() {
    looking.shutdownNow();
  }

  /** Never fails: it would not be called again. */
  void look(Supplier<Stream<Success>> there) {
    try {
      there.get().forEach(one -> remember(one.vm(), one.end()));
      if (clock.instant().isAfter(lastSweep.plus(SELDOM))) {
        lastSweep = clock.instant();
        sweep();
      }
    } catch (RuntimeException e) {
      LOG.debugf(e, "Could not look when VMs were last backed up; it is tried again.");
    }
  }

  private synchronized void remember(VmRef vm, Instant end) {
    var goneAt = gone.get(vm);
    if (isOld(end) || (goneAt != null && !end.isAfter(goneAt))) {
      return;
    }
    var known = series.get(vm);
    if (known == null) {
      series.put(vm, new Series(gauge(vm), end));
    } else if (known.end().isBefore(end)) {
      series.put(vm, new Series(known.gauge(), end));
    }
    while (series.size() > settings.mostVms()) {
      forget(oldest());
    }
  }

  private VmRef oldest() {
    return series.entrySet().stream()
        .min(Comparator.comparing(entry -> entry.getValue().end()))
        .orElseThrow()
        .getKey();
  }

  private Gauge gauge(VmRef vm) {
    return Gauge.builder("virtmover.last.success.timestamp", this, self -> self.seconds(vm))
        .description(
            "When the VM's last successful backup ended. Only with `virtmover.metrics.per-vm`.")
        .baseUnit("seconds")
        .tag("namespace", vm.namespace())
        .tag("vm", vm.name())
        .register(registry);
  }

  private synchronized double seconds(VmRef vm) {
    return Optional.ofNullable(series.get(vm))
        .map(found -> (double) found.end().getEpochSecond())
        .orElse(Double.NaN);
  }

  private void sweep() {
    for (var vm : known()) {
      if (isOld(vm)) {
        forget(vm);
      } else if (!isThere.test(vm)) {
        forgetGone(vm);
      }
    }
    forgetOldGone();
  }

  private synchronized void forgetGone(VmRef vm) {
    gone.put(vm, clock.instant());
    forget(vm);
  }

  private synchronized void forgetOldGone() {
    gone.values().removeIf(this::isOld);
  }

  private synchronized List<VmRef> known() {
    return List.copyOf(series.keySet());
  }

  private synchronized boolean isOld(VmRef vm) {
    return Optional.ofNullable(series.get(vm)).filter(found -> isOld(found.end())).isPresent();
  }

  private boolean isOld(Instant end) {
    return end.plus(settings.keepVms()).isBefore(clock.instant());
  }

  private synchronized void forget(VmRef vm) {
    var found = series.remove(vm);
    if (found != null) {
      var _ = registry.remove(found.gauge());
    }
  }
}
