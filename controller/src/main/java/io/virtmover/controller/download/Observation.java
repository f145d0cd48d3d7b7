// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.volume.MoveState;
import java.time.Instant;
import java.util.Optional;

/**
 * A DataDownload and what there is of it. The last components cost more than a look, some of them a
 * step forward, and are only asked for by {@link State.Question}s.
 *
 * @param target the VM's claim; only looked at before there is a mover
 * @param mover its state
 * @param moverEnd when its Job was done
 * @param hasClaim whether the claim for the restore is there
 * @param isMoving whether its volume is on the way to the target
 * @param turn whether the request has a slot
 * @param disk what the bucket says
 * @param move how far the volume is
 * @param leftovers what is not cleaned up
 * @param vmStart what became of the VM
 */
record Observation(
    DataDownload request,
    Optional<PersistentVolumeClaim> target,
    MoverState mover,
    Optional<Instant> moverEnd,
    boolean hasClaim,
    boolean isMoving,
    Optional<Boolean> turn,
    Optional<DiskLookup.Answer> disk,
    Optional<MoveState> move,
    Optional<Leftovers> leftovers,
    Optional<VmStart> vmStart) {
  /** What a look tells. */
  static Observation of(
      DataDownload request,
      Optional<PersistentVolumeClaim> target,
      MoverState mover,
      Optional<Instant> moverEnd,
      boolean hasClaim,
      boolean isMoving) {
    return new Observation(
        request,
        target,
        mover,
        moverEnd,
        hasClaim,
        isMoving,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  Observation withTurn(boolean isTurn) {
    return new Observation(
        request,
        target,
        mover,
        moverEnd,
        hasClaim,
        isMoving,
        Optional.of(isTurn),
        disk,
        move,
        leftovers,
        vmStart);
  }

  Observation withDisk(DiskLookup.Answer answer) {
    return new Observation(
        request,
        target,
        mover,
        moverEnd,
        hasClaim,
        isMoving,
        turn,
        Optional.of(answer),
        move,
        leftovers,
        vmStart);
  }

  Observation withMove(MoveState state) {
    return new Observation(
        request,
        target,
        mover,
        moverEnd,
        hasClaim,
        isMoving,
        turn,
        disk,
        Optional.of(state),
        leftovers,
        vmStart);
  }

  Observation withLeftovers(Leftovers left) {
    return new Observation(
        request,
        target,
        mover,
        moverEnd,
        hasClaim,
        isMoving,
        turn,
        disk,
        move,
        Optional.of(left),
        vmStart);
  }

  Observation withVmStart(VmStart start) {
    return new Observation(
        request,
        target,
        mover,
        moverEnd,
        hasClaim,
        isMoving,
        turn,
        disk,
        move,
        leftovers,
        Optional.of(start));
  }
}
