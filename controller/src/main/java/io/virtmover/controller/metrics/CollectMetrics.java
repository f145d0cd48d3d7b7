// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what is freed in buckets. */
@Startup
@ApplicationScoped
public class CollectMetrics {
  private final Counter bytes;
  private final Counter failures;
  private final MultiGauge forgotten;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Map<String, Integer> forgottenByLocation = new TreeMap<>();

  CollectMetrics(MeterRegistry registry) {
    bytes =
        Counter.builder("virtmover.freed.bytes")
            .description("What was deleted in buckets because no backup needs it.")
            .baseUnit("bytes")
            .register(registry);
    failures =
        Counter.builder("virtmover.collect.failures")
            .description("Tries to free space that failed; a tombstone says why.")
            .register(registry);
    forgotten =
        MultiGauge.builder("virtmover.forgotten.backups")
            .description(
                "Backups that Velero has no more, without a tombstone, as last looked through; their data stays.")
            .register(registry);
    var _ =
        Gauge.builder("virtmover.tombstones", waiting, AtomicInteger::get)
            .description("Deleted backups of VMs whose space is not freed yet.")
            .register(registry);
  }

  /** Something was freed. */
  public void freed(long size) {
    bytes.increment((double) size);
  }

  /** A try failed. */
  public void failed() {
    failures.increment();
  }

  /** How many backups a location has that Velero has forgotten. */
  public synchronized void forgotten(String location, int count) {
    forgottenByLocation.put(location, count);
    showForgotten();
  }

  /** Which locations there are: the others' series end. */
  public synchronized void locations(Collection<String> names) {
    forgottenByLocation.keySet().retainAll(names);
    showForgotten();
  }

  private void showForgotten() {
    forgotten.register(
        forgottenByLocation.entrySet().stream()
            .<MultiGauge.Row<?>>map(
                one -> MultiGauge.Row.of(Tags.of("location", one.getKey()), one.getValue()))
            .toList(),
        true);
  }

  /** How many tombstones there are. */
  public void tombstones(int count) {
    waiting.set(count);
  }
}
