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
 * KubeVirt 1.8: Done ends a success and a failure, which only its reason tells apart. What was true
 * before may stay true beside it, so it is looked at first.
 */
final class DoneModel implements ConditionModel {
  static final String DONE = "Done";
  static final String INITIALIZING = "Initializing";
  private static final String SUCCESS = "Successfully completed";
  private static final String DETACHING = "detaching ";

  @Override
  public VmBackupState state(Map<String, Condition> conditions) {
    return Condition.whenTrue(conditions, DONE)
        .map(done -> end(done.reason()))
        .or(() -> Condition.whenTrue(conditions, "Aborting").map(one -> new Aborting(one.reason())))
        .or(
            () ->
                Condition.whenTrue(conditions, "Progressing")
                    .map(one -> progress(conditions, one.reason())))
        .orElseGet(
            () ->
                new Waiting(
                    Optional.ofNullable(conditions.get(INITIALIZING)).flatMap(Condition::words)));
  }

  private static VmBackupState progress(Map<String, Condition> conditions, String reason) {
    if (reason.startsWith(DETACHING)) {
      return new Running();
    }
    if (Condition.whenTrue(conditions, "ExportReady").isPresent()) {
      return new ExportReady();
    }
    return conditions.containsKey("ExportInitiated") ? new PreparingExport() : new Running();
  }

  /** Success is what says so: a text that nobody knows yet is no backup to build on. */
  private static VmBackupState end(String reason) {
    if (reason.startsWith(SUCCESS)) {
      return new Completed(Optional.empty());
    }
    return KubeVirtWords.warning(reason)
        .<VmBackupState>map(warning -> new Completed(Optional.of(warning)))
        .orElseGet(() -> KubeVirtWords.failed(Cause.JOB_FAILED, reason));
  }

  /** A success warns of nothing else; while it runs, only the VirtualMachineInstance tells. */
  @Override
  public Quiesce quiesce(Map<String, Condition> conditions) {
    return Condition.whenTrue(conditions, DONE)
        .flatMap(done -> KubeVirtWords.warning(done.reason()))
        .map(_ -> Quiesce.FAILED)
        .orElse(Quiesce.UNKNOWN);
  }
}
