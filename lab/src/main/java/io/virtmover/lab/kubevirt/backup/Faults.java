// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.Fault;
import java.util.Optional;

/**
 * Faults that make the controller see something else than what is there. Those that end a job leave
 * the real one running: {@link #endsJob} tells that it has to be stopped.
 */
final class Faults {
  private static final String NO_AGENT =
      "Guest agent is not responding: QEMU guest agent is not connected";

  private Faults() {}

  /** What a controller under the backup's fault sees. */
  static Observation apply(Observation seen) {
    if (seen.backup().fault().isEmpty() || seen.vmi().isEmpty()) {
      return seen;
    }
    var vmi = seen.vmi().get();
    return switch (seen.backup().fault().get()) {
      case SOURCE_LOST -> isShown(seen) ? seen.with(vmi.withJob(Optional.empty())) : seen;
      case SOURCE_UNHEALTHY ->
          isShown(seen)
              ? seen.with(vmi.withPhase("Failed").withJob(vmi.job().map(JobView::unfinished)))
              : seen;
      case ENOSPC ->
          isShown(seen)
              ? seen.with(
                  vmi.withJob(
                      vmi.job().map(j -> j.ended(true, Optional.of("No space left on device")))))
              : seen;
      case PULL_COMPLETE_MID_READ ->
          isExportReady(seen)
              ? seen.with(vmi.withJob(vmi.job().map(j -> j.ended(false, Optional.empty()))))
              : seen;
      case COMPLETED_WITH_WARNING ->
          isRunning(seen)
              ? seen.with(vmi.withJob(vmi.job().map(j -> j.notQuiesced(Optional.of(NO_AGENT)))))
              : seen;
      case QUIESCE_FAILED ->
          isRunning(seen)
              ? seen.with(vmi.withJob(vmi.job().map(j -> j.notQuiesced(Optional.empty()))))
              : seen;
      case ATTACH_HANGS ->
          seen.backup().isStarted() || seen.backup().deleting()
              ? seen
              : seen.with(vmi.withoutVolumePhases());
      case START_REFUSED,
          TRACKER_CLEARED,
          EXPORT_RECREATED,
          REDEFINITION_WAIT,
          STATUS_CONFLICT_SOURCE_LOST ->
          seen;
    };
  }

  /** Whether the fault pretends that the job is over although it may be running. */
  static boolean endsJob(Fault fault) {
    return switch (fault) {
      case SOURCE_LOST, SOURCE_UNHEALTHY, ENOSPC, PULL_COMPLETE_MID_READ -> true;
      case START_REFUSED,
          TRACKER_CLEARED,
          COMPLETED_WITH_WARNING,
          EXPORT_RECREATED,
          REDEFINITION_WAIT,
          ATTACH_HANGS,
          QUIESCE_FAILED,
          STATUS_CONFLICT_SOURCE_LOST ->
          false;
    };
  }

  /** The job has told its checkpoint. */
  private static boolean isRunning(Observation seen) {
    return seen.isOwnJob() && seen.job().flatMap(JobView::checkpointName).isPresent();
  }

  /** The backup's status has the checkpoint too: a running backup looks as it should. */
  private static boolean isShown(Observation seen) {
    return seen.isOwnJob() && seen.backup().statusOrEmpty().checkpointName().isPresent();
  }

  private static boolean isExportReady(Observation seen) {
    var conditions = seen.backup().statusOrEmpty().conditions();
    return seen.isOwnJob()
        && (conditions.isTrue("ExportReady")
            || conditions
                .find("Progressing")
                .filter(condition -> condition.reason().equals("ExportReady"))
                .isPresent());
  }
}
