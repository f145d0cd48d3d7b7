// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.virtmover.controller.report.Change;
import java.time.Duration;

/** An effect; each may happen twice. */
sealed interface Step {
  /** Write the request. */
  record Report(Change change) implements Step {}

  /** Make the claim for the restore and the mover. */
  record Start(Plan plan) implements Step {}

  /** Take the mover away. */
  record StopMover() implements Step {}

  /** Give back the slot or the place in the queue. */
  record GiveUpTurn() implements Step {}

  /** Give the slot back to those who can begin, and queue behind them. */
  record StepBack() implements Step {}

  /** Forget what was noted of the request: it is over. */
  record Forget() implements Step {}

  /** Look again without being called. */
  record Recheck(Duration after) implements Step {}

  /** Write an event about the request. */
  record Tell(boolean isWarning, String reason, String message) implements Step {}
}
