// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import io.virtmover.controller.report.Change;
import io.virtmover.controller.report.Ending;
import io.virtmover.controller.report.Ends;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.failure.FailureKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts and measures transfers when they end. What can be counted is there from the start. */
@Startup
@ApplicationScoped
public class TransferMetrics implements Ends {
  private static final String KIND = "kind";
  private static final String OUTCOME = "outcome";
  private static final String BYTES = "bytes";
  private static final double[] CHAINS = {1, 2, 5, 10, 20, 30, 50, 100};
  private static final Duration[] DURATIONS =
      Stream.of("PT30S", "PT1M", "PT2M", "PT5M", "PT10M", "PT30M", "PT1H", "PT2H", "PT6H", "PT24H")
          .map(Duration::parse)
          .toArray(Duration[]::new);

  private final MeterRegistry registry;

  TransferMetrics(MeterRegistry registry) {
    this.registry = registry;
    var ends = EnumSet.allOf(TransferPhase.class);
    ends.removeIf(phase -> !phase.isFinal());
    for (var direction : Direction.values()) {
      ends.forEach(end -> ended(direction, end).increment(0));
      EnumSet.allOf(FailureKind.class).forEach(kind -> failures(direction, kind).increment(0));
      bytes(direction).increment(0);
    }
    EnumSet.allOf(FullReason.class).forEach(reason -> fulls(reason).increment(0));
    EnumSet.allOf(BackupType.class)
        .forEach(type -> stored(kind(Direction.UPLOAD, Optional.of(type))).increment(0));
    var _ = chainLength();
  }

  @Override
  public void ended(TransferObject before, Change change, Instant at) {
    var direction = Direction.of(before);
    var status = before.status();
    var ending = change.ending();
    var kind = kind(direction, ending.type());
    ended(direction, change.phase()).increment();
    since(status.acceptedTimestamp(), at)
        .ifPresent(all -> requestDuration(direction, kind, change.phase()).record(all));
    since(status.startTimestamp(), at)
        .ifPresent(moving -> transferDuration(direction, kind, change.phase()).record(moving));
    change
        .progress()
        .or(() -> Optional.ofNullable(status.progress()))
        .map(TransferStatus.Progress::bytesDone)
        .ifPresent(bytes(direction)::increment);
    change.incrementalBytes().ifPresent(stored(kind)::increment);
    switch (change.phase()) {
      case COMPLETED -> completed(ending);
      case FAILED -> failures(direction, ending.failure().orElse(FailureKind.INTERNAL)).increment();
      case CANCELED, NEW, ACCEPTED, PREPARED, IN_PROGRESS, CANCELING -> {}
    }
  }

  private void completed(Ending ending) {
    if (ending.type().equals(Optional.of(BackupType.FULL))) {
      fulls(ending.reason().orElse(FullReason.OTHER)).increment();
    }
    ending.chainLength().ifPresent(chainLength()::record);
  }

  private Counter ended(Direction direction, TransferPhase end) {
    return Counter.builder("virtmover.transfers.ended")
        .description("Requests that have ended.")
        .tags(tags(direction).and(OUTCOME, outcome(end)))
        .register(registry);
  }

  private Counter failures(Direction direction, FailureKind kind) {
    return Counter.builder("virtmover.failures")
        .description("Requests that have failed; the kinds are those of movers' results.")
        .tags(tags(direction).and("failure", kind.name()))
        .register(registry);
  }

  private Counter fulls(FullReason reason) {
    return Counter.builder("virtmover.fulls")
        .description("Full backups that completed, by why they are fulls.")
        .tag("reason", reason.spelling())
        .register(registry);
  }

  private Counter bytes(Direction direction) {
    return Counter.builder("virtmover.transfer.bytes")
        .description(
            "What ended transfers have done of their disks, also those that failed: bytes read from KubeVirt, bytes of restored disks.")
        .baseUnit(BYTES)
        .tags(tags(direction))
        .register(registry);
  }

  private Counter stored(String kind) {
    return Counter.builder("virtmover.stored.bytes")
        .description("What completed backups have put into buckets.")
        .baseUnit(BYTES)
        .tag(KIND, kind)
        .register(registry);
  }

  private Timer requestDuration(Direction direction, String kind, TransferPhase end) {
    return Timer.builder("virtmover.request.duration")
        .description("From the moment a request was accepted to its end, with all waiting.")
        .tags(tags(direction).and(KIND, kind, OUTCOME, outcome(end)))
        .serviceLevelObjectives(DURATIONS)
        .register(registry);
  }

  private Timer transferDuration(Direction direction, String kind, TransferPhase end) {
    return Timer.builder("virtmover.transfer.duration")
        .description("From the moment a request's mover first ran to its end.")
        .tags(tags(direction).and(KIND, kind, OUTCOME, outcome(end)))
        .serviceLevelObjectives(DURATIONS)
        .register(registry);
  }

  private DistributionSummary chainLength() {
    return DistributionSummary.builder("virtmover.chain.length")
        .description("Checkpoints that a restore of a completed backup needs, its own included.")
        .serviceLevelObjectives(CHAINS)
        .register(registry);
  }

  private static Tags tags(Direction direction) {
    return Tags.of(Direction.LABEL, direction.spelling());
  }

  private static String outcome(TransferPhase end) {
    return end.name().toLowerCase(Locale.ROOT);
  }

  private static String kind(Direction direction, Optional<BackupType> type) {
    return switch (direction) {
      case DOWNLOAD -> "restore";
      case UPLOAD ->
          type.map(
                  known ->
                      switch (known) {
                        case FULL -> "full";
                        case INCREMENTAL -> "increment";
                      })
              .orElse("unknown");
    };
  }

  /** Clocks of machines can differ, so it could be negative. */
  private static Optional<Duration> since(@Nullable String timestamp, Instant at) {
    return Optional.ofNullable(timestamp)
        .map(text -> Duration.between(Instant.parse(text), at))
        .map(span -> span.isNegative() ? Duration.ZERO : span);
  }
}
