// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.queue.Slots;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * From the start of the process to its end: waits until it leads, then serves requests, and on an
 * orderly end hands over. A process that loses the lease ends at once, whatever it was doing.
 */
@ApplicationScoped
public class Succession {
  private static final Logger LOG = Logger.getLogger(Succession.class);
  private static final Duration CHECKS = Duration.ofMillis(250);

  private static final Duration POINTING = Duration.ofSeconds(30);
  private static final Duration LAST_WORDS = Duration.ofMillis(200);

  /** Caches have two minutes to fill. */
  private static final Duration START = Duration.ofMinutes(5);

  /** A pass makes a few requests. */
  private static final Duration LAST_PASSES = Duration.ofSeconds(10);

  private final ControllerConfig config;
  private final Operator operator;
  private final Slots slots;
  private final Leadership leadership;
  private final CountDownLatch isEnding = new CountDownLatch(1);
  private final Elector elector;
  private final Optional<Signpost> signpost;
  private volatile boolean isServing;
  private volatile Duration servesBy = Duration.ZERO;

  Succession(
      ControllerConfig config,
      KubernetesClient client,
      Operator operator,
      Slots slots,
      Leadership leadership) {
    this.config = config;
    this.operator = operator;
    this.slots = slots;
    this.leadership = leadership;
    var settings = config.leadership();
    var times = LeaseTimes.of(settings);
    var identity = settings.pod().orElseGet(() -> "process-" + UUID.randomUUID());
    this.signpost =
        settings
            .pod()
            .map(pod -> new Signpost(client, config.namespace(), settings.leaseName(), pod));
    this.elector =
        new Elector(
            identity,
            times,
            new KubernetesLease(
                client,
                config.namespace(),
                settings.leaseName(),
                times.renewDeadline().dividedBy(2)),
            new Elector.Office() {
              @Override
              public void taken() {
                thread("leader-start", Succession.this::lead);
              }

              @Override
              public void lost(String why) {
                halt(why);
              }
            },
            this::isAnotherPointedAt,
            Succession::now,
            Clock.systemUTC());
  }

  /** Without a pod there are no labels, and where they cannot be looked at there may be one. */
  private boolean isAnotherPointedAt() {
    try {
      return signpost.isEmpty() || signpost.get().pointsElsewhere();
    } catch (RuntimeException e) {
      LOG.warnf("Whether another controller leads cannot be looked up: %s", e.getMessage());
      return true;
    }
  }

  void start(@Observes StartupEvent event) {
    thread("elector", this::elect);
    thread("elector-watchdog", this::watch);
  }

  private static void thread(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }

  /** Any fixed moment will do, but no clock that somebody can set. */
  private static Duration now() {
    return Duration.ofNanos(System.nanoTime());
  }

  private void elect() {
    var isTold = false;
    do {
      try {
        elector.round();
        isTold = false;
      } catch (RuntimeException e) {
        LOG.logf(
            isTold ? Logger.Level.DEBUG : Logger.Level.WARN,
            "The lease %s/%s cannot be written: %s",
            config.namespace(),
            config.leadership().leaseName(),
            e.getMessage());
        isTold = true;
      }
    } while (!isEndingWithin(elector.pause()));
  }

  private void watch() {
    do {
      elector.check();
      if (leadership.isLeading() && !slots.isOpen() && now().compareTo(servesBy) > 0) {
        halt("requests were not served within %s".formatted(START));
      }
    } while (!isEndingWithin(CHECKS));
  }

  /** Not by who renews the lease: others' webhooks look at pods, and may take their time. */
  private void pointHere(Signpost here) {
    do {
      try {
        here.point();
      } catch (RuntimeException e) {
        LOG.warnf("The service may not lead movers' reports here: %s", e.getMessage());
      }
    } while (!isEndingWithin(POINTING));
  }

  private boolean isEndingWithin(Duration pause) {
    try {
      return isEnding.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void lead() {
    servesBy = now().plus(START);
    if (!leadership.begin()) {
      return;
    }
    LOG.info("This controller leads.");
    isServing = true;
    signpost.ifPresent(here -> thread("signpost", () -> pointHere(here)));
    try {
      operator.start();
      slots.open();
      LOG.infof(
          "Requests are served, %d ms after the start of this process.",
          ManagementFactory.getRuntimeMXBean().getUptime());
    } catch (RuntimeException | Error e) {
      LOG.error("Requests cannot be served.", e);
      Quarkus.asyncExit(1);
    }
  }

  /** No last pass, and no hook of anybody's: another one may act already. */
  private static void halt(String why) {
    try {
      // Whoever reads the log may not: that must not hold the end up.
      Thread.ofPlatform()
          .daemon()
          .start(() -> LOG.errorf("This controller must not lead: %s. It ends.", why))
          .join(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Runtime.getRuntime().halt(1);
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    var haveEnded = leadership.end(LAST_PASSES);
    if (haveEnded) {
      try {
        elector.release();
      } catch (RuntimeException e) {
        LOG.warnf("The lease is not released: %s", e.getMessage());
      }
      // Passes that go on are still watched over.
      isEnding.countDown();
    }
    if (isServing) {
      operator.stop();
    }
  }

  /** Whether it serves requests, or could take over at once. */
  boolean isReady() {
    return leadership.isLeading()
        ? slots.isOpen() && isHealthy()
        : !elector.isHeld() && elector.isInTouch();
  }

  boolean isHealthy() {
    return operator.getRegisteredControllers().stream()
        .allMatch(
            controller -> controller.getControllerHealthInfo().unhealthyEventSources().isEmpty());
  }
}
