// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.volume.MoveState;
import io.virtmover.controller.watch.OwnWork;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A DataDownload and what there is of it.
 *
 * @param target the VM's claim; only looked at before there is a mover
 * @param mover its state
 * @param hasClaim whether the claim for the restore is there
 * @param isMoving whether its volume is on the way to the target
 * @param tried since when this controller has tried what only it gets done
 * @param answers what was asked for besides
 */
record Observation(
    DataDownload request,
    Optional<PersistentVolumeClaim> target,
    MoverState mover,
    boolean hasClaim,
    boolean isMoving,
    Map<OwnWork, Instant> tried,
    Answers answers) {
  Observation {
    tried = Map.copyOf(tried);
  }

  /** What a look tells. */
  static Observation of(
      DataDownload request,
      Optional<PersistentVolumeClaim> target,
      MoverState mover,
      boolean hasClaim,
      boolean isMoving,
      Map<OwnWork, Instant> tried) {
    return new Observation(request, target, mover, hasClaim, isMoving, tried, Answers.NONE);
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
    return new Observation(request, target, mover, hasClaim, isMoving, tried, more);
  }
}
