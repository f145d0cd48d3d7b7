// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.report;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.failure.FailureKind;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known of a transfer when it ends, besides what its object says.
 *
 * @param type a backup's; empty for a restore, and where it was not decided by then
 * @param reason why the backup is a full
 * @param chainLength checkpoints that a restore of the backup needs; empty where that was not told
 * @param failure why it failed
 */
public record Ending(
    Optional<BackupType> type,
    Optional<FullReason> reason,
    OptionalInt chainLength,
    Optional<FailureKind> failure) {
  /** Nothing. */
  public static final Ending UNKNOWN =
      new Ending(Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty());

  /** A failure of a transfer of which nothing else is known. */
  public static Ending of(FailureKind failure) {
    return UNKNOWN.failedBy(failure);
  }

  /** The same, as a failure. */
  public Ending failedBy(FailureKind kind) {
    return new Ending(type, reason, chainLength, Optional.of(kind));
  }
}
