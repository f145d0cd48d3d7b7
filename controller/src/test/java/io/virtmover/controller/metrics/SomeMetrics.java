// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.kubevirt.KubeVirt;
import io.virtmover.controller.queue.Slots;

/** Metrics for tests elsewhere. */
public final class SomeMetrics {
  private SomeMetrics() {}

  /** Of the queue. */
  public static QueueMetrics ofQueue(Slots slots) {
    return new QueueMetrics(new SimpleMeterRegistry(), slots);
  }

  /** Of movers' reports, in a registry that the test looks into. */
  public static CallbackMetrics ofCallback(MeterRegistry registry) {
    return new CallbackMetrics(registry);
  }

  /** Of the last successes. */
  public static LastSuccess lastSuccess(ControllerConfig config, KubeVirt kubeVirt) {
    return new LastSuccess(new SimpleMeterRegistry(), config, kubeVirt);
  }
}
