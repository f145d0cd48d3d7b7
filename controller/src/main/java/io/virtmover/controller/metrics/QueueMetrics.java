// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.virtmover.controller.queue.Slots;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** What runs and what waits, as it is when it is asked for. */
@Startup
@ApplicationScoped
public class QueueMetrics {
  private final MeterRegistry registry;
  private final Map<Direction, LongSupplier> movers = new ConcurrentHashMap<>();

  QueueMetrics(MeterRegistry registry, Slots slots) {
    this.registry = registry;
    for (var direction : Direction.values()) {
      var kind = direction.requestKind();
      gauge(
          "virtmover.requests.running",
          "Requests that have a slot.",
          direction,
          _ -> slots.running(kind));
      gauge(
          "virtmover.requests.waiting",
          "Requests that wait for a slot; those that wait for another backup of their VM are not among them.",
          direction,
          _ -> slots.waiting(kind));
      gauge(
          "virtmover.movers.running",
          "Pods of movers that run.",
          direction,
          self -> self.movers.getOrDefault(direction, () -> 0).getAsLong());
    }
  }

  /** Has movers counted by who watches them; one that watches anew replaces the one before. */
  public void countMovers(Direction direction, LongSupplier running) {
    movers.put(direction, running);
  }

  private void gauge(
      String name, String description, Direction direction, ToDoubleFunction<QueueMetrics> value) {
    Gauge.builder(name, this, value)
        .description(description)
        .tag(Direction.LABEL, direction.spelling())
        .register(registry);
  }
}
