// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.virtmover.controller.volume.MoveState;
import java.util.Optional;

/**
 * The answers to {@link State.Question}s, as far as they were asked: they cost more than a look,
 * and some of them are a step forward.
 *
 * @param turn whether the request has a slot
 * @param disk what the bucket says
 * @param move how far the volume is
 * @param leftovers what is not cleaned up
 * @param vmStart what became of the VM
 */
record Answers(
    Optional<Boolean> turn,
    Optional<DiskLookup.Answer> disk,
    Optional<MoveState> move,
    Optional<Leftovers> leftovers,
    Optional<VmStart> vmStart) {
  /** Nothing was asked. */
  static final Answers NONE =
      new Answers(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** Whether the bucket was read, and has the disk. */
  boolean hasDisk() {
    return disk.filter(DiskLookup.Answer.Found.class::isInstance).isPresent();
  }

  /** Whether the request has no slot yet. */
  boolean isOthersTurn() {
    return turn.isPresent() && !turn.get();
  }

  Answers withTurn(boolean isTurn) {
    return new Answers(Optional.of(isTurn), disk, move, leftovers, vmStart);
  }

  Answers withDisk(DiskLookup.Answer answer) {
    return new Answers(turn, Optional.of(answer), move, leftovers, vmStart);
  }

  Answers withMove(MoveState state) {
    return new Answers(turn, disk, Optional.of(state), leftovers, vmStart);
  }

  Answers withLeftovers(Leftovers left) {
    return new Answers(turn, disk, move, Optional.of(left), vmStart);
  }

  Answers withVmStart(VmStart start) {
    return new Answers(turn, disk, move, leftovers, Optional.of(start));
  }
}
