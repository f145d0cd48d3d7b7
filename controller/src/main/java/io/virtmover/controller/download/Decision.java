// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.virtmover.controller.report.Change;
import io.virtmover.controller.report.Ending;
import io.virtmover.controller.report.ToldWait;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.transfer.RestoreReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Decides what is done in a state; at most one step writes the request. */
final class Decision {
  private static final Duration SAFETY = Duration.ofMinutes(1);

  /** Progress is not watched, but kept in memory. */
  private static final Duration OFTEN = Duration.ofSeconds(5);

  private static final String VM_WAITS = " The VM is not started yet because ";

  private Decision() {}

  static List<Step> decide(DataDownload request, State state) {
    return switch (state) {
      case State.Settled() -> List.of(new Step.GiveUpTurn(), new Step.Forget());
      case State.New() -> List.of(report(TransferPhase.ACCEPTED, "Accepted."));
      case State.Waiting(var phase, var message, var recheck, _) ->
          List.of(report(phase, message), new Step.Recheck(recheck.isZero() ? SAFETY : recheck));
      case State.Unread(var message) ->
          List.of(
              report(TransferPhase.ACCEPTED, message),
              new Step.StepBack(),
              new Step.Recheck(Classification.LATER));
      case State.Ready(var plan) ->
          List.of(
              new Step.Start(plan), report(TransferPhase.PREPARED, "Waits for the mover to run."));
      case State.Running(var progress) -> List.of(running(progress), new Step.Recheck(OFTEN));
      case State.HandingOver(var why, var report) ->
          List.of(
              handingOver(request, why, report),
              new Step.StopMover(),
              new Step.Recheck(Classification.SOON));
      case State.Restored(var report) -> restored(request, report);
      case State.Failed(var message, var kind) ->
          List.of(
              new Step.Report(Change.to(TransferPhase.FAILED, message).ending(Ending.of(kind))),
              new Step.GiveUpTurn(),
              new Step.Tell(true, "RestoreFailed", message));
      case State.Canceling(var message) ->
          List.of(report(TransferPhase.CANCELING, message), new Step.Recheck(Classification.SOON));
      case State.Canceled(var message, var hasBegun) -> canceled(message, hasBegun);
      case State.CleaningUp() ->
          List.of(new Step.GiveUpTurn(), new Step.Recheck(Classification.SOON));
      case State.AwaitingVm(var why, var givenUp) ->
          Stream.of(
                  Optional.of(new Step.GiveUpTurn()),
                  why.map(words -> report(request.phase(), awaitingVm(request, words))),
                  givenUp.map(Decision::tell),
                  Optional.of(new Step.Recheck(Classification.NOW_AND_THEN)))
              .<Step>flatMap(Optional::stream)
              .toList();
      case State.Clean(var vmStart, var givenUp) -> clean(request, vmStart, givenUp);
      case State.Question question ->
          throw new IllegalStateException("there is no answer to " + question);
    };
  }

  private static Step report(TransferPhase phase, String message) {
    return new Step.Report(Change.to(phase, message));
  }

  private static Step running(Optional<TransferStatus.Progress> progress) {
    var change = Change.to(TransferPhase.IN_PROGRESS, "Restores the disk.");
    return new Step.Report(progress.map(change::with).orElse(change));
  }

  private static Step handingOver(
      DataDownload request, String why, Optional<RestoreReport> report) {
    var change =
        Change.to(
            TransferPhase.IN_PROGRESS,
            "%s Hands the volume over: %s.".formatted(words(request, report), why));
    return new Step.Report(report.map(told -> change.with(all(told))).orElse(change));
  }

  private static TransferStatus.Progress all(RestoreReport report) {
    return new TransferStatus.Progress(report.virtualSize(), report.virtualSize());
  }

  /** The report goes with the mover; what was made of it stays in the message. */
  private static String words(DataDownload request, Optional<RestoreReport> report) {
    return report
        .map(
            told ->
                "Restored disk %s, %d bytes from %d images."
                    .formatted(told.volume(), told.virtualSize(), told.images()))
        .or(
            () ->
                Optional.of(request.told())
                    .filter(text -> text.startsWith("Restored"))
                    .map(text -> text.replaceAll("(?s) Hands the volume over: .*", "")))
        .orElse("Restored.");
  }

  private static List<Step> restored(DataDownload request, Optional<RestoreReport> report) {
    var message = words(request, report);
    var change = Change.to(TransferPhase.COMPLETED, message);
    return List.of(
        new Step.Report(report.map(told -> change.with(all(told))).orElse(change)),
        new Step.GiveUpTurn(),
        new Step.Tell(false, "RestoreCompleted", message));
  }

  private static String awaitingVm(DataDownload request, String why) {
    return ToldWait.steady(
        request, ended(request) + VM_WAITS + why + ".", VmStart.Awaited.NOT_STARTED);
  }

  /** The message that it has ended with, without the wait that was told since. */
  private static String ended(DataDownload request) {
    return request.told().split(Pattern.quote(VM_WAITS), 2)[0];
  }

  private static List<Step> canceled(String message, boolean hasBegun) {
    var change = Change.to(TransferPhase.CANCELED, message);
    return List.of(
        new Step.Report(hasBegun ? change : change.released()),
        new Step.GiveUpTurn(),
        new Step.Tell(false, "RestoreCanceled", message));
  }

  private static List<Step> clean(
      DataDownload request, VmStart vmStart, Optional<Leftovers> givenUp) {
    var steps = new ArrayList<Step>();
    steps.add(new Step.GiveUpTurn());
    steps.add(new Step.Report(Change.to(request.phase(), ended(request)).released()));
    // Not before that is written: a deadline of the clean-up would begin anew.
    steps.add(new Step.Forget());
    if (vmStart instanceof VmStart.Started(var vm)) {
      steps.add(
          new Step.Tell(
              false, "VmStarted", "VM %s has all its disks and its run strategy.".formatted(vm)));
    }
    if (vmStart instanceof VmStart.Halted(var why)) {
      steps.add(new Step.Tell(true, "VmStaysHalted", why));
    }
    givenUp.map(Decision::tell).ifPresent(steps::add);
    return List.copyOf(steps);
  }

  private static Step tell(Leftovers givenUp) {
    return new Step.Tell(
        true, "CleanUpGivenUp", "Still there, look after it: %s.".formatted(givenUp));
  }
}
