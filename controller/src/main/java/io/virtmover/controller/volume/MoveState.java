// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.volume;

/** How far a volume's move has come. */
public sealed interface MoveState {
  /**
   * It goes on when something has happened.
   *
   * @param why what has to happen
   */
  record Waiting(String why) implements MoveState {}

  /** The claim has the volume, and the volume its own reclaim policy. */
  record Done() implements MoveState {}

  /** It cannot be done; what was begun waits to be given back. */
  record Failed(String why) implements MoveState {}
}
