// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

/**
 * Tells from an observation where a backup stands. The order of the questions is KubeVirt's: the
 * missing tracker comes before everything else, even before deletion. Source:
 * kubevirt-backup-api.md §0, §2.4 to §2.7, §7.
 */
final class Classification {
  private Classification() {}

  static State classify(Observation real, Model model) {
    var seen = Faults.apply(real);
    var backup = seen.backup();
    if (backup.isTerminal()) {
      return new State.Over(backup.deleting() && backup.hasFinalizer());
    }
    if (seen.isTrackerMissing()) {
      return new State.Waiting("BackupTracker %s does not exist".formatted(backup.source().name()));
    }
    if (hasJob(seen, model)) {
      return RunningClassification.classify(seen, real, model);
    }
    if (backup.isStarted()) {
      var verdict = seen.vmi().isEmpty() ? Verdict.vmiDeleted() : Verdict.statusLost();
      return Cleanups.state(seen, real, verdict, false, model);
    }
    if (backup.deleting()) {
      return seen.vmi().isEmpty()
          ? new State.Vanishing()
          : Cleanups.state(seen, real, Verdict.deletedDuringInit(), false, model);
    }
    return StartClassification.classify(seen, model);
  }

  /** Model A looks at the name; later ones take any job of the VM for their own. */
  private static boolean hasJob(Observation seen, Model model) {
    return switch (model) {
      case A -> seen.isOwnJob() && seen.backup().isStarted();
      case B, C -> seen.job().isPresent();
    };
  }
}
