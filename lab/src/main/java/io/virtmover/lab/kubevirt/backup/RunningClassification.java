// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.Fault;

/** The part of the classification for a VMI that carries a job. */
final class RunningClassification {
  private static final String ABORTING = "Backup is aborting";
  private static final String EXPIRED = "pull mode backup TTL has expired: " + ABORTING;

  private RunningClassification() {}

  static State classify(Observation seen, Observation real, Model model) {
    var job = seen.job().orElseThrow();
    var vmi = seen.vmi().orElseThrow();
    var backup = seen.backup();
    if (job.completed()) {
      return Cleanups.state(seen, real, job.verdict(), !job.failed(), model);
    }
    if (!vmi.isHealthy()) {
      return Cleanups.state(seen, real, Verdict.unhealthy(vmi.phase(), model), false, model);
    }
    if (backup.deleting() || backup.isExpired(seen.now())) {
      // 1.8 sends one Abort; later releases send it on every look
      return model == Model.A && backup.statusOrEmpty().conditions().isTrue("Aborting")
          ? new State.Running()
          : new State.Aborting(backup.deleting() ? ABORTING : EXPIRED);
    }
    return backup.isPull() ? pull(seen, model) : new State.Running();
  }

  private static State pull(Observation seen, Model model) {
    if (seen.export().isEmpty()) {
      return model == Model.A && isConnected(seen, model)
          ? new State.ExportGone()
          : new State.NeedsExport();
    }
    var export = seen.export().get();
    if (!Cleanups.isOwn(seen)) {
      return new State.Stuck(
          "VMExport %1$s already exists but is not owned by backup %1$s"
              .formatted(seen.backup().name()));
    }
    if (!isConnected(seen, model)) {
      return export.hasService() ? new State.NeedsConnection(export.uid()) : new State.Running();
    }
    return export
        .links()
        .<State>map(links -> new State.Exported(links, losesExport(seen, export)))
        .orElseGet(State.Running::new);
  }

  /** Whether the launcher was told to connect to the export that is there. */
  private static boolean isConnected(Observation seen, Model model) {
    var status = seen.backup().statusOrEmpty();
    return switch (model) {
      case A -> status.conditions().isTrue("ExportInitiated");
      case B ->
          status.exportUid().isPresent()
              && status.exportUid().equals(seen.export().map(ExportView::uid));
    };
  }

  private static boolean losesExport(Observation seen, ExportView export) {
    return seen.backup().has(Fault.EXPORT_RECREATED)
        && !export.isSecond()
        && seen.backup().statusOrEmpty().endpointCert().isPresent();
  }
}
