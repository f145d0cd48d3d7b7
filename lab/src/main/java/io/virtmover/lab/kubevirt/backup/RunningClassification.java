// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.Fault;

/** The part of the classification for a VMI that carries a job. */
final class RunningClassification {
  private static final String ABORTING = "Backup is aborting";
  private static final String EXPIRED = "pull mode backup TTL has expired: " + ABORTING;

  /** Of backups of both modes; KubeVirt's words are not known yet. */
  private static final String EXPIRED_IN_C = Verdict.EXPIRED + ": " + ABORTING;

  private RunningClassification() {}

  static State classify(Observation seen, Observation real, Model model) {
    var job = seen.job().orElseThrow();
    var vmi = seen.vmi().orElseThrow();
    var backup = seen.backup();
    if (job.completed()) {
      return wasExpired(backup)
          ? Cleanups.state(seen, real, Verdict.expired(), false, model)
          : Cleanups.state(seen, real, job.verdict(), !job.failed(), model);
    }
    if (!vmi.isHealthy()) {
      return Cleanups.state(seen, real, Verdict.unhealthy(vmi.phase(), model), false, model);
    }
    if (backup.deleting() || isExpired(seen, model)) {
      // 1.8 sends one Abort; later releases send it on every look
      return model == Model.A && backup.statusOrEmpty().conditions().isTrue("Aborting")
          ? new State.Running()
          : new State.Aborting(backup.deleting() ? ABORTING : expired(model));
    }
    return backup.isPull() ? pull(seen, model) : new State.Running();
  }

  private static boolean isExpired(Observation seen, Model model) {
    var backup = seen.backup();
    return switch (model) {
      case A, B -> backup.isExpired(seen.now());
      case C -> backup.isOverdue(seen.now());
    };
  }

  private static String expired(Model model) {
    return model == Model.C ? EXPIRED_IN_C : EXPIRED;
  }

  /** A job that model C stopped at the end of its time failed, however QEMU ended it. */
  private static boolean wasExpired(BackupView backup) {
    return backup
        .statusOrEmpty()
        .conditions()
        .find("Progressing")
        .flatMap(Condition::message)
        .filter(EXPIRED_IN_C::equals)
        .isPresent();
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
      case B, C ->
          status.exportUid().isPresent()
              && status.exportUid().equals(seen.export().map(ExportView::uid));
    };
  }

  private static boolean losesExport(Observation seen, ExportView export) {
    return seen.backup().has(Fault.EXPORT_RECREATED)
        && !export.isSecond()
        && seen.backup().statusOrEmpty().isExported();
  }
}
