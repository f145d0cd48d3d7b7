// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.micrometer.core.instrument.MeterRegistry;

/** What is counted of freeing, for tests elsewhere. */
public final class SomeCollectMetrics {
  private SomeCollectMetrics() {}

  /** Counts in a registry. */
  public static CollectMetrics of(MeterRegistry registry) {
    return new CollectMetrics(registry);
  }
}
