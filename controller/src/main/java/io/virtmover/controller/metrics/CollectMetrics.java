// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts what is freed in buckets. */
@Startup
@ApplicationScoped
public class CollectMetrics {
  private final Counter bytes;
  private final Counter failures;
  private final AtomicInteger waiting = new AtomicInteger();

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

  /** How many tombstones there are. */
  public void tombstones(int count) {
    waiting.set(count);
  }
}
