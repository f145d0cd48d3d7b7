// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.Quirks;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import java.time.Clock;
import java.util.Optional;

/** Writes a backup's status when a stage changes it, and the event that goes with the stage. */
final class StatusWriter {
  private final KubeObjects objects;
  private final Model model;
  private final Quirks quirks;
  private final BackupEvents events;
  private final Clock clock;

  StatusWriter(KubeObjects objects, Model model, Quirks quirks, BackupEvents events, Clock clock) {
    this.objects = objects;
    this.model = model;
    this.quirks = quirks;
    this.events = events;
    this.clock = clock;
  }

  /** Refused when somebody else wrote to the backup since it was observed; the event stays. */
  void report(Executor.Pass pass, Stage stage) {
    var backup = pass.seen.backup();
    var next = StatusReport.after(backup, stage, job(pass.seen, stage), model, clock.instant());
    if (backup.status().filter(next::equals).isPresent()) {
      return;
    }
    tell(pass, stage);
    pass.backup.setAdditionalProperty("status", next.toMap());
    pass.backup = objects.replaceStatus(Kinds.BACKUP, pass.backup);
    if (quirks.falseFailureEvents() && stage instanceof Stage.Ended) {
      events.ended(pass.backup, Verdict.statusLost());
    }
  }

  /** A stage before the job has nothing of the job to copy. */
  private Optional<JobView> job(Observation seen, Stage stage) {
    return switch (stage) {
      case Stage.Quiet(),
          Stage.PreparingExport(),
          Stage.Connected(_),
          Stage.Exported(_),
          Stage.Aborting(_),
          Stage.Detaching(_),
          Stage.Ended(_) ->
          model != Model.A || seen.isOwnJob() ? seen.job() : Optional.empty();
      case Stage.Waiting(_), Stage.Attaching(_, _), Stage.BeingAttached(_, _), Stage.Started(_) ->
          Optional.empty();
    };
  }

  private void tell(Executor.Pass pass, Stage stage) {
    switch (stage) {
      case Stage.Aborting(var message) ->
          events.aborting(pass.backup, pass.seen.backup().isPull(), message);
      case Stage.Ended(var verdict) -> events.ended(pass.backup, verdict);
      case Stage.Quiet(),
          Stage.Waiting(_),
          Stage.Attaching(_, _),
          Stage.BeingAttached(_, _),
          Stage.Started(_),
          Stage.PreparingExport(),
          Stage.Connected(_),
          Stage.Exported(_),
          Stage.Detaching(_) -> {}
    }
  }
}
