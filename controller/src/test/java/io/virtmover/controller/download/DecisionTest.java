// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import static io.virtmover.controller.download.SomeDownload.ended;
import static io.virtmover.controller.download.SomeDownload.in;
import static io.virtmover.controller.download.SomeDownload.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.virtmover.controller.report.Change;
import io.virtmover.controller.report.Ending;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.RestoreReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DecisionTest {
  private static final RestoreReport REPORT =
      new RestoreReport(new VolumeName("rootdisk"), 4096, 2, 5, 6, 0, true);
  private static final Step GIVE_UP_TURN = new Step.GiveUpTurn();

  static Stream<Arguments> states() {
    return Stream.of(
        arguments(new State.Settled(), List.of(GIVE_UP_TURN, new Step.Forget())),
        arguments(new State.New(), List.of(report(TransferPhase.ACCEPTED, "Accepted."))),
        arguments(
            new State.Waiting(TransferPhase.ACCEPTED, "Why.", Duration.ofSeconds(3)),
            List.of(
                report(TransferPhase.ACCEPTED, "Why."), new Step.Recheck(Duration.ofSeconds(3)))),
        arguments(
            new State.Unread("Why."),
            List.of(
                report(TransferPhase.ACCEPTED, "Why."),
                new Step.StepBack(),
                new Step.Recheck(Classification.LATER))),
        arguments(
            new State.Failed("Why.", FailureKind.TARGET),
            List.of(
                new Step.Report(
                    Change.to(TransferPhase.FAILED, "Why.").ending(Ending.of(FailureKind.TARGET))),
                GIVE_UP_TURN,
                new Step.Tell(true, "RestoreFailed", "Why."))),
        arguments(
            new State.Canceling("Why."),
            List.of(
                report(TransferPhase.CANCELING, "Why."), new Step.Recheck(Classification.SOON))),
        arguments(
            new State.Canceled("Why.", true),
            List.of(
                report(TransferPhase.CANCELED, "Why."),
                GIVE_UP_TURN,
                new Step.Tell(false, "RestoreCanceled", "Why."))),
        arguments(
            new State.Canceled("Why.", false),
            List.of(
                new Step.Report(Change.to(TransferPhase.CANCELED, "Why.").released()),
                GIVE_UP_TURN,
                new Step.Tell(false, "RestoreCanceled", "Why."))),
        arguments(
            new State.Restored(Optional.of(REPORT)),
            List.of(
                new Step.Report(
                    Change.to(
                            TransferPhase.COMPLETED,
                            "Restored disk rootdisk, 4096 bytes from 2 images.")
                        .with(new TransferStatus.Progress(4096, 4096))),
                GIVE_UP_TURN,
                new Step.Tell(
                    false,
                    "RestoreCompleted",
                    "Restored disk rootdisk, 4096 bytes from 2 images."))),
        arguments(
            new State.AwaitingVm(Optional.empty(), Optional.empty()),
            List.of(GIVE_UP_TURN, new Step.Recheck(Duration.ofSeconds(5)))),
        arguments(
            new State.AwaitingVm(
                Optional.empty(),
                Optional.of(new Leftovers(List.of("pod a"), Optional.empty(), List.of("claim b")))),
            List.of(
                GIVE_UP_TURN,
                new Step.Tell(
                    true, "CleanUpGivenUp", "Still there, look after it: pod a, claim b."),
                new Step.Recheck(Duration.ofSeconds(5)))),
        arguments(
            new State.CleaningUp(), List.of(GIVE_UP_TURN, new Step.Recheck(Classification.SOON))));
  }

  @Test
  void shouldTellWhatTheVmWaitsForAndTakeItBack() {
    // given
    var done = "Restored disk rootdisk, 4096 bytes from 2 images.";
    var told = done + " The VM is not started yet because Velero has not made the VM.";
    var waits = new State.AwaitingVm(Optional.of("Velero has not made the VM"), Optional.empty());
    var clean = new State.Clean(new VmStart.Left(), Optional.empty());

    // then
    for (var before : List.of(done, told)) {
      var request = with(ended("Completed", "2026-03-01T02:00:00Z"), "As it was.", before);
      assertThat(Decision.decide(request, waits))
          .contains(new Step.Report(Change.to(TransferPhase.COMPLETED, told)));
      assertThat(Decision.decide(request, clean))
          .contains(new Step.Report(Change.to(TransferPhase.COMPLETED, done).released()));
    }
  }

  @Test
  void shouldTellATroubleWithTheVmAsItWasToldFirst() {
    // given
    var first = "Failed: so. The VM is not started yet because the VM could not be started: At 1.";
    var again =
        new State.AwaitingVm(Optional.of("the VM could not be started: At 2"), Optional.empty());
    var other = new State.AwaitingVm(Optional.of("Velero has not made the VM"), Optional.empty());
    var request = with(ended("Completed", "2026-03-01T02:00:00Z"), "As it was.", first);

    // then
    assertThat(Decision.decide(request, again))
        .contains(new Step.Report(Change.to(TransferPhase.COMPLETED, first)));
    assertThat(Decision.decide(request, other))
        .contains(
            new Step.Report(
                Change.to(
                    TransferPhase.COMPLETED,
                    "Failed: so. The VM is not started yet because Velero has not made the VM.")));
  }

  @ParameterizedTest
  @MethodSource("states")
  void shouldDecideTheStepsOfAState(State state, List<Step> steps) {
    // then
    assertThat(Decision.decide(in("Accepted"), state)).isEqualTo(steps);
  }

  @Test
  void shouldLetGoWithThePhaseAndTheWordsOfTheEnd() {
    // given
    var left = new Leftovers(List.of("pod a"), Optional.empty(), List.of("claim b"));

    // when
    var steps =
        Decision.decide(
            ended("Failed", "2026-03-01T02:00:00Z"),
            new State.Clean(new VmStart.Halted("Because."), Optional.of(left)));

    // then
    assertThat(steps)
        .containsExactly(
            GIVE_UP_TURN,
            new Step.Report(Change.to(TransferPhase.FAILED, "As it was.").released()),
            new Step.Forget(),
            new Step.Tell(true, "VmStaysHalted", "Because."),
            new Step.Tell(true, "CleanUpGivenUp", "Still there, look after it: pod a, claim b."));
  }

  private static Step report(TransferPhase phase, String message) {
    return new Step.Report(Change.to(phase, message));
  }
}
