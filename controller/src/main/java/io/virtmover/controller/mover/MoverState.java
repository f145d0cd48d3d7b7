// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.transfer.Outcome;
import java.time.Instant;
import java.util.Optional;

/** Where a mover is, as its Job, its pods and its reports tell. */
public sealed interface MoverState {
  /** It was not asked for. */
  record Absent() implements MoverState {}

  /**
   * It was asked for, and does not run yet, or not any more: its node does not answer.
   *
   * @param since when it was asked for
   * @param why what Kubernetes says it waits for; empty when it says nothing
   */
  record Waiting(Instant since, String why) implements MoverState {}

  /**
   * It runs.
   *
   * @param progress what it has reported
   */
  record Running(Optional<TransferStatus.Progress> progress) implements MoverState {}

  /**
   * It told itself that it did it all; Kubernetes says so a moment later.
   *
   * @param progress what it has reported before
   */
  record Ending(Outcome.Completed outcome, Optional<TransferStatus.Progress> progress)
      implements MoverState {}

  /** It told its end, and Kubernetes says that it has ended. */
  record Ended(Outcome outcome) implements MoverState {}

  /** It is gone for good, or was never let in, and told nothing. */
  record Died(String why) implements MoverState {}
}
