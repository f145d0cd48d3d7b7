// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.volume.MoveState;
import java.time.Instant;
import java.util.Optional;

/**
 * A DataDownload and what there is of it.
 *
 * @param target the VM's claim; only looked at before there is a mover
 * @param mover its state
 * @param moverEnd when its Job was done
 * @param hasClaim whether the claim for the restore is there
 * @param isMoving whether its volume is on the way to the target
 * @param answers what was asked for besides
 */
record Observation(
    DataDownload request,
    Optional<PersistentVolumeClaim> target,
    MoverState mover,
    Optional<Instant> moverEnd,
    boolean hasClaim,
    boolean isMoving,
    Answers answers) {
  /** What a look tells. */
  static Observation of(
      DataDownload request,
      Optional<PersistentVolumeClaim> target,
      MoverState mover,
      Optional<Instant> moverEnd,
      boolean hasClaim,
      boolean isMoving) {
    return new Observation(request, target, mover, moverEnd, hasClaim, isMoving, Answers.NONE);
  }

  Observation withTurn(boolean isTurn) {
    return answered(answers.withTurn(isTurn));
  }

  Observation withDisk(DiskLookup.Answer answer) {
    return answered(answers.withDisk(answer));
  }

  Observation withMove(MoveState state) {
    return answered(answers.withMove(state));
  }

  Observation withLeftovers(Leftovers left) {
    return answered(answers.withLeftovers(left));
  }

  Observation withVmStart(VmStart start) {
    return answered(answers.withVmStart(start));
  }

  private Observation answered(Answers more) {
    return new Observation(request, target, mover, moverEnd, hasClaim, isMoving, more);
  }
}
