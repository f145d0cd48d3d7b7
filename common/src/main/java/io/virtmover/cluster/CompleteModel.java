// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import io.virtmover.cluster.VmBackupState.Aborting;
import io.virtmover.cluster.VmBackupState.Cause;
import io.virtmover.cluster.VmBackupState.Completed;
import io.virtmover.cluster.VmBackupState.ExportReady;
import io.virtmover.cluster.VmBackupState.PreparingExport;
import io.virtmover.cluster.VmBackupState.Running;
import io.virtmover.cluster.VmBackupState.Waiting;
import java.util.Map;
import java.util.Optional;

/**
 * KubeVirt 1.9 and later: conditions Complete or Failed at the end, the reason of Progressing
 * before.
 */
final class CompleteModel implements ConditionModel {
  @Override
  public VmBackupState state(Map<String, Condition> conditions) {
    return Condition.whenTrue(conditions, "Failed")
        .map(CompleteModel::failed)
        .or(() -> Condition.whenTrue(conditions, "Complete").map(CompleteModel::completed))
        .or(() -> Condition.whenTrue(conditions, "Progressing").map(CompleteModel::progress))
        .orElse(new Waiting(Optional.empty()));
  }

  private static VmBackupState failed(Condition failed) {
    return KubeVirtWords.failed(usualCause(failed.reason()), failed.words().orElse(""));
  }

  private static VmBackupState completed(Condition complete) {
    return new Completed(
        complete.reason().equals("CompletedWithWarning")
            ? complete.words().map(words -> KubeVirtWords.warning(words).orElse(words))
            : Optional.empty());
  }

  private static VmBackupState progress(Condition progressing) {
    return switch (progressing.reason()) {
      case "Initializing" -> new Waiting(progressing.words());
      case "PreparingExport" -> new PreparingExport();
      case "ExportReady" -> new ExportReady();
      case "Aborting" -> new Aborting(progressing.words().orElse("Aborting"));
      default -> new Running();
    };
  }

  private static Cause usualCause(String reason) {
    return switch (reason) {
      case "SourceLost" -> Cause.SOURCE_LOST;
      case "SourceUnhealthy" -> Cause.SOURCE_UNHEALTHY;
      case "DeletedDuringInit" -> Cause.DELETED_BEFORE_START;
      default -> Cause.JOB_FAILED;
    };
  }

  @Override
  public Quiesce quiesce(Map<String, Condition> conditions) {
    var quiesced = conditions.get("Quiesced");
    if (quiesced == null) {
      return Quiesce.UNKNOWN;
    }
    if (quiesced.isTrue()) {
      return Quiesce.SUCCEEDED;
    }
    return quiesced.reason().equals("QuiesceSkipped") ? Quiesce.SKIPPED : Quiesce.FAILED;
  }
}
