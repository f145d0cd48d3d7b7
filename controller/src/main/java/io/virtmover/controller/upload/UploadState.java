// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.controller.watch.OwnWork;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.BackUpReport;
import java.util.Optional;

/** Where a DataUpload is; docs/architecture.md draws it. */
sealed interface UploadState {
  /** What is tried in it that only the controller gets done. */
  default Optional<OwnWork> work() {
    return Optional.empty();
  }

  /** Nobody has taken it. */
  record New() implements UploadState {}

  /** It waits for its turn. */
  record Queued(String why) implements UploadState {}

  /**
   * It is its turn among the backups of its VM, and KubeVirt has not been asked.
   *
   * @param isSlow whether that has taken long enough to tell that it waits for a slot
   */
  record NeedsBackup(boolean isSlow) implements UploadState {}

  /** An earlier try is still being taken away. */
  record ClearingEarlier() implements UploadState {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.CLEAR_EARLIER);
    }
  }

  /**
   * KubeVirt was asked.
   *
   * @param why what it waits for, where that has taken long enough to be told
   */
  record Preparing(Optional<String> why) implements UploadState {}

  /**
   * KubeVirt goes on when the tracker that somebody has deleted is there again; with a mover that
   * is no state of its own.
   */
  record NeedsTracker(String name) implements UploadState {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.MAKE_TRACKER);
    }
  }

  /** The bucket cannot be read now, so what kind of backup it will be is not known. */
  record Unread(String why) implements UploadState {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.READ_BUCKET);
    }
  }

  /** Kubernetes takes nothing more of what the backup needs; that may pass. */
  record Refused(String why) implements UploadState {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.MAKE_OBJECTS);
    }
  }

  /**
   * KubeVirt's files are complete; their volume has to come to the mover.
   *
   * @param isSlow whether that has taken long enough to be told
   */
  record NeedsClaim(boolean isSlow) implements UploadState {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.BRING_FILES);
    }
  }

  /** The data can be read. */
  record NeedsMover(VmBackup backup, BackupPlan plan, Optional<VmExport> export)
      implements UploadState {}

  /** The mover was asked for, and does not run yet. */
  record AwaitingMover(String why) implements UploadState {}

  /** Data moves. */
  record Moving(Optional<TransferStatus.Progress> progress) implements UploadState {}

  /** The restore point is in the bucket, as the mover tells; its Job does not say so yet. */
  record AwaitingJob(Optional<TransferStatus.Progress> progress) implements UploadState {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.SEE_END);
    }
  }

  /** The restore point is in the bucket; KubeVirt has to commit its checkpoint. */
  record NeedsCommit(BackUpReport report) implements UploadState {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.COMMIT);
    }
  }

  /** All is done but to say so. */
  record Succeeded(BackUpReport report) implements UploadState {}

  /** It is begun anew. */
  record NeedsRetry(Retries next, String why) implements UploadState {}

  /** It failed, and nobody has been told. */
  record Failing(String why, FailureKind kind) implements UploadState {
    /** Something did not happen in time, or Kubernetes or KubeVirt could not do it. */
    Failing(String why) {
      this(why, FailureKind.UNAVAILABLE);
    }
  }

  /** It is being stopped. */
  record Stopping() implements UploadState {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.STOP);
    }
  }

  /** Nothing of it is left after it was stopped. */
  record Stopped() implements UploadState {}

  /** It has ended, and something of it is left. */
  record CleaningUp(TransferPhase end) implements UploadState {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.CLEAN_UP);
    }
  }

  /** It has ended, and cleaning up has taken longer than it may. */
  record GivingUp(TransferPhase end, String left) implements UploadState {}

  /** It has ended, nothing is left. */
  record Done(TransferPhase end) implements UploadState {}
}
