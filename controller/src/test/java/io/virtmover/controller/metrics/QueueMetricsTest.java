// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.virtmover.controller.queue.SomeSlots;
import org.junit.jupiter.api.Test;

class QueueMetricsTest {
  private final MeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void theQueue_isShownAsItIs() {
    // given
    var slots = SomeSlots.of(1);
    var _ = new QueueMetrics(registry, slots);
    var request = SomeRequest.upload("{}");
    slots.take(request, "a", "");

    // then
    assertThat(value("virtmover.requests.running", "upload")).isOne();
    assertThat(value("virtmover.requests.running", "download")).isZero();
    slots.release(request.getMetadata().getUid());
    assertThat(value("virtmover.requests.running", "upload")).isZero();
  }

  @Test
  void aFullCluster_makesOthersWait() {
    // given
    var slots = SomeSlots.of(1);
    var _ = new QueueMetrics(registry, slots);
    var second = SomeRequest.download("{}");
    second.getMetadata().setUid("another");

    // when
    slots.take(SomeRequest.upload("{}"), "a", "");
    slots.take(second, "a", "");

    // then
    assertThat(value("virtmover.requests.waiting", "download")).isOne();
  }

  @Test
  void movers_areCountedByWhoWatchesThemLast() {
    // given
    var metrics = new QueueMetrics(registry, SomeSlots.of(1));
    assertThat(value("virtmover.movers.running", "upload")).isZero();

    // when
    metrics.countMovers(Direction.UPLOAD, () -> 3);
    metrics.countMovers(Direction.UPLOAD, () -> 2);

    // then
    assertThat(value("virtmover.movers.running", "upload")).isEqualTo(2);
    assertThat(value("virtmover.movers.running", "download")).isZero();
  }

  private double value(String name, String direction) {
    return registry.get(name).tag("direction", direction).gauge().value();
  }
}
