// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.transfer.Outcome;
import java.util.Optional;

/**
 * What a mover has reported by itself, if it has.
 *
 * @param pod the one that has
 */
public record Reported(
    Optional<MoverPod> pod, Optional<TransferStatus.Progress> progress, Optional<Outcome> end) {
  /** Nothing. */
  public static final Reported NOTHING =
      new Reported(Optional.empty(), Optional.empty(), Optional.empty());

  /** A pod's, which has told nothing yet. */
  public static Reported by(MoverPod pod) {
    return new Reported(Optional.of(pod), Optional.empty(), Optional.empty());
  }

  /** The same with how far it is; what comes after the end is late. */
  public Reported with(TransferStatus.Progress now) {
    return end.isPresent() ? this : new Reported(pod, Optional.of(now), end);
  }

  /** The same with how it has ended. */
  public Reported with(Outcome outcome) {
    return new Reported(pod, progress, Optional.of(outcome));
  }

  /** What this very pod has told; where no pod is left, what the last one did. */
  Reported of(Optional<MoverPod> latest) {
    return latest.isEmpty() || pod.equals(latest) ? this : NOTHING;
  }
}
