// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

/**
 * The small, stable set of reasons a transfer can fail for. Exit codes mirror the kinds, so a
 * script can tell them apart; they never change their number.
 */
public enum FailureKind {
  /** A broken invariant of ours: please report. */
  INTERNAL(1),
  /** The request names something that is not there or not allowed; the user corrects it. */
  INVALID_REQUEST(2),
  /** Valid input that uses a feature VirtMover does not handle. */
  UNSUPPORTED(3),
  /** A credential, token, certificate or policy forbids it; an administrator corrects it. */
  ACCESS_DENIED(4),
  /** A service did not answer in time; trying again later may help. */
  UNAVAILABLE(5),
  /** A checkpoint of the chain is lost; only a new full backup helps. */
  CHAIN_BROKEN(6),
  /** The VM's side delivered data that cannot be right; nothing was published. */
  CORRUPT_SOURCE(7),
  /** The bucket holds data that cannot be right; the message names the object. */
  CORRUPT_BACKUP(8),
  /** Another writer changed the same VM's backups at the same time. */
  CONFLICT(9),
  /** The user or a deadline stopped it. */
  CANCELED(10),
  /** The restore target failed or cannot hold the disk. */
  TARGET(11);

  private final int exitCode;

  FailureKind(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The process exit code of a command that ended with this kind. */
  public int exitCode() {
    return exitCode;
  }
}
