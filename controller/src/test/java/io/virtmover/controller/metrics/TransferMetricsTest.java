// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.virtmover.controller.report.Change;
import io.virtmover.controller.report.Ending;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.failure.FailureKind;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TransferMetricsTest {
  private static final Instant END = Instant.parse("2026-03-01T03:00:00Z");
  private static final String MOVING =
      "{phase: InProgress, acceptedTimestamp: '2026-03-01T02:00:00Z', startTimestamp: '2026-03-01T02:58:00Z', progress: {totalBytes: 100, bytesDone: 7}}";

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final TransferMetrics metrics = new TransferMetrics(registry);

  @Test
  void aFull_isCountedByItsReason_andMeasuredAsAFull() {
    // given
    var ending =
        new Ending(
            Optional.of(BackupType.FULL),
            Optional.of(FullReason.FIRST_BACKUP),
            OptionalInt.of(1),
            Optional.empty());

    // when
    metrics.ended(
        SomeRequest.upload(MOVING),
        Change.to(TransferPhase.COMPLETED, "Full backup (FirstBackup).")
            .with(new TransferStatus.Progress(100, 100))
            .withResult("virtmover:1:a/b/c", 60)
            .ending(ending),
        END);

    // then
    assertThat(registry.counter("virtmover.fulls", "reason", "FirstBackup").count()).isOne();
    assertThat(registry.counter("virtmover.stored.bytes", "kind", "full").count()).isEqualTo(60);
    assertThat(registry.counter("virtmover.transfer.bytes", "direction", "upload").count())
        .isEqualTo(100);
    assertThat(registry.summary("virtmover.chain.length").totalAmount()).isOne();
    assertThat(seconds("virtmover.request.duration", "upload", "full", "completed"))
        .isEqualTo(3600);
    assertThat(seconds("virtmover.transfer.duration", "upload", "full", "completed"))
        .isEqualTo(120);
  }

  @Test
  void anIncrement_isNoFull_andItsChainIsMeasured() {
    // given
    var ending =
        new Ending(
            Optional.of(BackupType.INCREMENTAL),
            Optional.empty(),
            OptionalInt.of(7),
            Optional.empty());

    // when
    metrics.ended(
        SomeRequest.upload(MOVING),
        Change.to(TransferPhase.COMPLETED, "Incremental backup.").ending(ending),
        END);

    // then
    assertThat(registry.summary("virtmover.chain.length").totalAmount()).isEqualTo(7);
    assertThat(registry.get("virtmover.fulls").counters())
        .allSatisfy(counter -> assertThat(counter.count()).isZero());
    assertThat(seconds("virtmover.transfer.duration", "upload", "increment", "completed"))
        .isEqualTo(120);
  }

  @Test
  void aFailure_isCountedByItsKind_withWhatItHadDone() {
    // when
    metrics.ended(
        SomeRequest.download(MOVING),
        Change.to(TransferPhase.FAILED, "Why.").ending(Ending.of(FailureKind.TARGET)),
        END);

    // then
    assertThat(
            registry
                .counter("virtmover.failures", "direction", "download", "failure", "TARGET")
                .count())
        .isOne();
    assertThat(ended("download", "failed")).isOne();
    assertThat(registry.counter("virtmover.transfer.bytes", "direction", "download").count())
        .isEqualTo(7);
  }

  @Test
  void whatIsCanceledBeforeItWasAccepted_isCountedAndNotMeasured() {
    // when
    metrics.ended(
        SomeRequest.upload("{}"), Change.to(TransferPhase.CANCELED, "Canceled on request."), END);

    // then
    assertThat(ended("upload", "canceled")).isOne();
    assertThat(registry.find("virtmover.request.duration").timers()).isEmpty();
  }

  @Test
  void aClockThatIsBehind_doesNotMakeANegativeDuration() {
    // when
    metrics.ended(
        SomeRequest.upload("{phase: Accepted, acceptedTimestamp: '2026-03-01T03:00:09Z'}"),
        Change.to(TransferPhase.FAILED, "Why."),
        END);

    // then
    assertThat(seconds("virtmover.request.duration", "upload", "unknown", "failed")).isZero();
    assertThat(registry.get("virtmover.request.duration").timer().count()).isOne();
  }

  @Test
  void whatCanBeCounted_isThereFromTheStart() {
    // when
    var counters =
        registry.getMeters().stream()
            .map(Meter::getId)
            .filter(id -> id.getType() == Meter.Type.COUNTER)
            .collect(Collectors.groupingBy(Meter.Id::getName, Collectors.counting()));

    // then
    assertThat(counters)
        .containsEntry("virtmover.transfers.ended", 6L)
        .containsEntry("virtmover.fulls", (long) FullReason.values().length)
        .containsEntry("virtmover.failures", 2L * FailureKind.values().length)
        .containsEntry("virtmover.transfer.bytes", 2L)
        .containsEntry("virtmover.stored.bytes", 2L);
  }

  private double ended(String direction, String outcome) {
    return registry
        .counter("virtmover.transfers.ended", "direction", direction, "outcome", outcome)
        .count();
  }

  private double seconds(String name, String direction, String kind, String outcome) {
    return registry
        .get(name)
        .tags("direction", direction, "kind", kind, "outcome", outcome)
        .timer()
        .totalTime(TimeUnit.SECONDS);
  }
}
