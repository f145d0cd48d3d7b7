// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.BackupCommand;
import io.virtmover.lab.kubevirt.Quirks;
import io.virtmover.lab.kubevirt.backup.VmiView.VolumeState;
import java.util.ArrayList;
import java.util.List;

/** Decides what to do about a state. Pure; the order of the steps is KubeVirt's. */
final class Decision {
  private final Model model;
  private final Quirks quirks;

  Decision(Model model, Quirks quirks) {
    this.model = model;
    this.quirks = quirks;
  }

  List<Step> decide(State state, Observation seen) {
    var backup = seen.backup();
    return switch (state) {
      case State.Over(var release) -> release ? List.of(new Step.RemoveFinalizer()) : List.of();
      case State.Vanishing() -> List.of(new Step.RemoveFinalizer());
      case State.Waiting(var message) -> List.of(report(new Stage.Waiting(message)));
      case State.Stuck(var reason) -> stuck(seen, reason);
      case State.ClaimMissing(var message) -> begun(seen, report(new Stage.Waiting(message)));
      case State.NeedsVolume() ->
          begun(
              seen,
              new Step.AttachVolume(),
              report(new Stage.Attaching(backup.claim(), seen.vm())));
      case State.VolumePending() ->
          begun(seen, report(new Stage.BeingAttached(backup.claim(), seen.vm())));
      case State.Ready(var start, var type) ->
          model == Model.A
              ? List.of(new Step.Command(start), report(new Stage.Started(type)))
              : List.of(
                  new Step.Command(start), new Step.ClaimVmi(), report(new Stage.Started(type)));
      case State.Running() -> List.of(report(new Stage.Quiet()));
      case State.NeedsExport() -> needsExport();
      case State.ExportGone() -> List.of(report(new Stage.PreparingExport()));
      case State.NeedsConnection(var uid) ->
          List.of(
              new Step.Command(
                  new BackupCommand.Export(backup.name(), backup.created(), backup.name())),
              report(new Stage.Connected(uid)));
      case State.Exported(var links, var loseExport) ->
          loseExport
              ? List.of(new Step.DeleteExport())
              : List.of(report(new Stage.Exported(links)));
      case State.Aborting(var message) ->
          List.of(
              new Step.Command(new BackupCommand.Abort(backup.name(), backup.created())),
              report(new Stage.Aborting(message)));
      case State.CleaningUp(var cleanup) -> cleaningUp(cleanup, seen);
      case State.Clean(var cleanup) -> clean(cleanup);
    };
  }

  private List<Step> needsExport() {
    return quirks.lostPreparingExport()
        ? List.of(new Step.CreateExport())
        : List.of(new Step.CreateExport(), report(new Stage.PreparingExport()));
  }

  /** A backup that began is protected first; in model A it claims the VMI too. */
  private List<Step> begun(Observation seen, Step... then) {
    var steps = new ArrayList<Step>();
    if (!seen.backup().hasFinalizer()) {
      steps.add(new Step.AddFinalizer());
    }
    if (model == Model.A && !seen.isOwnJob()) {
      steps.add(new Step.ClaimVmi());
    }
    steps.addAll(List.of(then));
    return steps;
  }

  private List<Step> stuck(Observation seen, String reason) {
    if (seen.backup().isStarted()) {
      return List.of(new Step.LookAgain(reason));
    }
    var steps = new ArrayList<Step>();
    if (!seen.backup().hasFinalizer()) {
      steps.add(new Step.AddFinalizer());
    }
    if (model != Model.A) {
      steps.add(report(new Stage.Quiet()));
    }
    steps.add(new Step.LookAgain(reason));
    return steps;
  }

  private List<Step> cleaningUp(Cleanup cleanup, Observation seen) {
    var steps = new ArrayList<Step>();
    if (cleanup.stopJob()) {
      steps.add(new Step.StopJob());
    }
    if (cleanup.advance()) {
      steps.add(new Step.AdvanceTracker());
    }
    if (cleanup.ownExport()) {
      steps.add(new Step.DeleteExport());
    }
    if (cleanup.volume() == VolumeState.ATTACHED) {
      steps.add(new Step.DetachVolume());
      if (model == Model.A) {
        steps.add(report(new Stage.Detaching(seen.vm())));
      }
    } else if (cleanup.volume() == VolumeState.LEAVING && isRecreatingExport(cleanup, seen)) {
      steps.add(
          seen.backup().statusOrEmpty().conditions().isTrue("ExportInitiated")
              ? report(new Stage.PreparingExport())
              : new Step.CreateExport());
    }
    steps.add(new Step.LookAgain("cleaning up"));
    return steps;
  }

  /** The quirk of 1.8: the pull logic does not know that the job is over. */
  private boolean isRecreatingExport(Cleanup cleanup, Observation seen) {
    return quirks.exportRecreatedWhileDetaching()
        && model == Model.A
        && cleanup.verdict() instanceof Verdict.Failed
        && seen.backup().isPull()
        && !seen.backup().deleting()
        && !seen.backup().isExpired(seen.now())
        && !cleanup.ownExport();
  }

  private static List<Step> clean(Cleanup cleanup) {
    var steps = new ArrayList<Step>();
    if (cleanup.stopJob()) {
      steps.add(new Step.StopJob());
    }
    if (cleanup.advance()) {
      steps.add(new Step.AdvanceTracker());
    }
    if (cleanup.release()) {
      steps.add(new Step.ReleaseVmi());
    }
    steps.add(report(new Stage.Ended(cleanup.verdict())));
    return steps;
  }

  private static Step.Report report(Stage stage) {
    return new Step.Report(stage);
  }
}
