// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.BackupCommand;
import java.util.Optional;

/** The part of the classification for a backup that has not begun. */
final class StartClassification {
  private StartClassification() {}

  static State classify(Observation seen, Model model) {
    return obstacle(seen).<State>map(State.Waiting::new).orElseGet(() -> begin(seen, model));
  }

  /** The first prerequisite that is missing, in KubeVirt's words. */
  private static Optional<String> obstacle(Observation seen) {
    var vm = seen.vm();
    if (!seen.vmExists()) {
      return Optional.of("VM %s/%s doesnt exist".formatted(seen.backup().namespace(), vm));
    }
    var vmi = seen.vmi().filter(here -> !here.isOver());
    if (vmi.isEmpty()) {
      return Optional.of("vm %s is not running, cannot do backup".formatted(vm));
    }
    if (!vmi.get().hasEligibleVolumes()) {
      return Optional.of("vm %s has no volumes to backup".formatted(vm));
    }
    if (!vmi.get().trackingState().equals("Enabled")) {
      return Optional.of("vm %s has no ChangedBlockTracking, cannot start backup".formatted(vm));
    }
    if (seen.tracker().map(TrackerView::isWaitingForRedefinition).orElse(false)) {
      return Optional.of(
          "Waiting for checkpoint redefinition on tracker %s"
              .formatted(seen.backup().source().name()));
    }
    if (vmi.get().migrating()) {
      return Optional.of(
          "vm %s is currently migrating, waiting for migration to complete before starting backup"
              .formatted(vm));
    }
    return Optional.empty();
  }

  private static State begin(Observation seen, Model model) {
    var backup = seen.backup();
    var vmi = seen.vmi().orElseThrow();
    if (model == Model.A && seen.job().isPresent() && !seen.isOwnJob()) {
      return new State.Stuck(
          "another backup %s is already in progress, cannot start backup %s"
              .formatted(seen.job().map(JobView::backupName).orElse(""), backup.name()));
    }
    return switch (seen.claim()) {
      case MISSING ->
          new State.ClaimMissing(
              "PVC %s/%s doesnt exist".formatted(backup.namespace(), backup.claim()));
      case BLOCK ->
          new State.Stuck(
              "backup target PVC must be a filesystem PVC, provided pvc %s/%s is block"
                  .formatted(backup.namespace(), backup.claim()));
      case USABLE -> {
        if (!vmi.utilityVolumes().contains(backup.volume())) {
          yield new State.NeedsVolume();
        }
        yield vmi.isMounted(backup.volume()) ? ready(seen) : new State.VolumePending();
      }
    };
  }

  private static State ready(Observation seen) {
    var backup = seen.backup();
    var base =
        backup.forceFull() ? Optional.<String>empty() : seen.tracker().flatMap(TrackerView::base);
    var start =
        new BackupCommand.Start(
            backup.name(),
            backup.created(),
            backup.mode(),
            base,
            backup.skipQuiesce(),
            backup.claim());
    return new State.Ready(start, base.isPresent() ? "Incremental" : "Full");
  }
}
