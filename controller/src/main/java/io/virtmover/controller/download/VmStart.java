// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

/** What becomes of the VM that the disk belongs to. */
sealed interface VmStart {
  /** It got its run strategy back. */
  record Started(String vm) implements VmStart {}

  /** It is not ours to start, or not our turn: another disk is not done. */
  record Left() implements VmStart {}

  /** It stays as it is, and somebody should know why. */
  record Halted(String why) implements VmStart {}

  /**
   * What it needs is not there yet.
   *
   * @param why it could not be started by now, a clause
   */
  record Awaited(String why) implements VmStart {
    /** How a refusal of the start is told that may pass; the API server's words follow. */
    static final String NOT_STARTED = "the VM could not be started: ";
  }
}
