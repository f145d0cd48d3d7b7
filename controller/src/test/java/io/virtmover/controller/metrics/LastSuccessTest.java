// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.virtmover.controller.config.SomeConfig;
import io.virtmover.domain.VmRef;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LastSuccessTest {
  private static final Instant NOW = Instant.parse("2026-03-01T02:00:00Z");
  private static final VmRef VM = new VmRef("shop", "db-01");

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final Set<VmRef> gone = new HashSet<>();
  private final AtomicReference<Instant> now = new AtomicReference<>(NOW);

  @Test
  void withoutTheSetting_noVmHasASeries() {
    // given
    var metrics = metrics(Map.of("metrics.per-vm", "false"));

    // when
    metrics.follow(() -> Stream.of(new LastSuccess.Success(VM, NOW)));

    // then
    assertThat(registry.getMeters()).isEmpty();
    metrics.stop();
  }

  @Test
  void theLatestSuccessCounts_inWhateverOrderTheyAreSeen() {
    // given
    var metrics = metrics(Map.of());

    // when
    see(metrics, VM, NOW.minusSeconds(60));
    see(metrics, VM, NOW);
    see(metrics, VM, NOW.minusSeconds(30));

    // then
    var gauge = registry.get("virtmover.last.success.timestamp").gauge();
    assertThat(gauge.value()).isEqualTo((double) NOW.getEpochSecond());
    assertThat(gauge.getId().getTag("namespace")).isEqualTo("shop");
    assertThat(gauge.getId().getTag("vm")).isEqualTo("db-01");
  }

  @Test
  void tooManyVms_loseTheOneThatSucceededLongestAgo() {
    // given
    var metrics = metrics(Map.of("metrics.most-vms", "2"));

    // when
    IntStream.rangeClosed(1, 4)
        .forEach(
            number -> see(metrics, new VmRef("shop", "vm-" + number), NOW.plusSeconds(number)));

    // then
    assertThat(vms()).containsExactlyInAnyOrder("vm-3", "vm-4");
  }

  @Test
  void aVmThatIsGone_isForgotten_andOthersStay() {
    // given
    var metrics = metrics(Map.of());
    see(metrics, VM, NOW);
    see(metrics, new VmRef("shop", "other"), NOW);
    gone.add(VM);
    now.set(NOW.plus(Duration.ofMinutes(61)));

    // when
    metrics.look(Stream::empty);
    see(metrics, VM, NOW);

    // then
    assertThat(vms()).containsExactly("other");
  }

  @Test
  void aVmThatIsThereAgain_hasItsSeriesAgainWithItsNextBackup() {
    // given
    var metrics = metrics(Map.of());
    gone.add(VM);
    see(metrics, VM, NOW);
    gone.clear();

    // when
    see(metrics, VM, NOW.plusSeconds(1));

    // then
    assertThat(vms()).containsExactly("db-01");
  }

  @Test
  void anOldSuccess_hasNoSeries() {
    // given
    var metrics = metrics(Map.of("metrics.keep-vms", "1h"));

    // when
    see(metrics, VM, NOW.minus(Duration.ofMinutes(61)));

    // then
    assertThat(vms()).isEmpty();
  }

  @Test
  void aSuccessThatGetsOld_isForgotten() {
    // given
    var metrics = metrics(Map.of("metrics.keep-vms", "1h"));
    see(metrics, VM, NOW);
    now.set(NOW.plus(Duration.ofMinutes(61)));

    // when
    metrics.look(Stream::empty);

    // then
    assertThat(vms()).isEmpty();
  }

  @Test
  void anApiServerThatCannotBeAsked_losesNoVm() {
    // given
    var metrics =
        new LastSuccess(
            registry,
            SomeConfig.with(Map.of("metrics.per-vm", "true")).metrics(),
            _ -> {
              throw new IllegalStateException("away");
            },
            now::get);

    // when
    see(metrics, VM, NOW);

    // then
    assertThat(vms()).containsExactly("db-01");
  }

  private LastSuccess metrics(Map<String, String> settings) {
    var all = new HashMap<>(Map.of("metrics.per-vm", "true"));
    all.putAll(settings);
    return new LastSuccess(
        registry, SomeConfig.with(all).metrics(), vm -> !gone.contains(vm), now::get);
  }

  private static void see(LastSuccess metrics, VmRef vm, Instant end) {
    metrics.look(() -> Stream.of(new LastSuccess.Success(vm, end)));
  }

  private List<String> vms() {
    return registry.find("virtmover.last.success.timestamp").gauges().stream()
        .map(Gauge::getId)
        .map(id -> id.getTag("vm"))
        .toList();
  }
}
