// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.controller.watch.OwnWork;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.RestoreReport;
import java.time.Duration;
import java.util.Optional;

/** Where a DataDownload is. */
sealed interface State {
  /** What is tried in it that only the controller gets done. */
  default Optional<OwnWork> work() {
    return Optional.empty();
  }

  /** Nothing is to be done. */
  record Settled() implements State {}

  /** Nobody has taken it. */
  record New() implements State {}

  /**
   * Something has to happen first.
   *
   * @param recheck where nothing will call us then; zero where something does
   */
  record Waiting(TransferPhase phase, String message, Duration recheck, Optional<OwnWork> work)
      implements State {
    /** For somebody else's work. */
    Waiting(TransferPhase phase, String message, Duration recheck) {
      this(phase, message, recheck, Optional.empty());
    }
  }

  /**
   * What the bucket has cannot be read. Nothing was made for the request, so others may go first.
   *
   * @param message why
   */
  record Unread(String message) implements State {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.READ_BUCKET);
    }
  }

  /**
   * The disk is written; its volume goes to the target claim. The mover's pods have to be gone:
   * also one that has ended holds its claim.
   */
  record HandingOver(String why, Optional<RestoreReport> report) implements State {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.HAND_OVER);
    }
  }

  /** Everything is known: it can begin. */
  record Ready(Plan plan) implements State {}

  /** The mover runs. */
  record Running(Optional<TransferStatus.Progress> progress) implements State {}

  /** The target claim has the disk. */
  record Restored(Optional<RestoreReport> report) implements State {}

  /** It cannot be done. */
  record Failed(String message, FailureKind kind) implements State {
    /** Something did not happen in time, or Kubernetes could not do it. */
    Failed(String message) {
      this(message, FailureKind.UNAVAILABLE);
    }
  }

  /** It is being stopped. */
  record Canceling(String message) implements State {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.STOP);
    }
  }

  /** It was stopped; where nobody had begun, nothing has to be cleaned up. */
  record Canceled(String message, boolean hasBegun) implements State {}

  /** It has ended, and something is not cleaned up. */
  record CleaningUp() implements State {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.CLEAN_UP);
    }
  }

  /**
   * It has ended, and its VM is not started yet.
   *
   * @param why where that has taken long enough to be told, a clause
   * @param givenUp what could not be cleaned up, where that has just been seen
   */
  record AwaitingVm(Optional<String> why, Optional<Leftovers> givenUp) implements State {
    @Override
    public Optional<OwnWork> work() {
      return Optional.of(OwnWork.AWAIT_VM);
    }
  }

  /** It has ended, and nothing of it is left but what had to be given up. */
  record Clean(VmStart vmStart, Optional<Leftovers> givenUp) implements State {}

  /** One more fact decides, which is only looked for when it does. */
  sealed interface Question extends State {}

  /** Is it the request's turn? */
  record WhoseTurn() implements Question {}

  /** What does the bucket have for the claim? */
  record WhichDisk(RestoreSource source) implements Question {}

  /** How far does the move of the volume get? */
  record HowFar() implements Question {}

  /** What is left after cleaning up? */
  record WhatIsLeft() implements Question {}

  /** Can the VM have its run strategy back? */
  record WhichVm() implements Question {}
}
