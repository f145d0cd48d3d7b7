// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.transfer.Outcome;
import java.util.Optional;

/** What a mover has reported by itself, if it has. */
public record Reported(Optional<TransferStatus.Progress> progress, Optional<Outcome> end) {
  /** Nothing. */
  public static final Reported NOTHING = new Reported(Optional.empty(), Optional.empty());
}
