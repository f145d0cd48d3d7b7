// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.VmBackup;
import io.virtmover.controller.report.Ending;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * What kind of backup it is, as the message of its DataUpload begins.
 *
 * @param reason why it is a full, where that is known
 */
record BackupKind(BackupType type, Optional<FullReason> reason) {
  private static final String INCREMENT = "Incremental backup.";
  private static final Pattern FULL =
      Pattern.compile("Full backup(?: \\((\\w+)\\))?\\..*", Pattern.DOTALL);

  /** KubeVirt's word decides: it may have made a full of what was to be an increment. */
  static BackupKind of(VmBackup backup, BackupPlan plan) {
    return plan.reason()
        .or(
            () ->
                backup.type().filter(BackupType.FULL::equals).map(_ -> FullReason.CHANGES_UNKNOWN))
        .map(reason -> new BackupKind(BackupType.FULL, Optional.of(reason)))
        .orElseGet(() -> new BackupKind(BackupType.INCREMENTAL, Optional.empty()));
  }

  /** Reads the beginning of a message; empty for one that does not say it. */
  static Optional<BackupKind> read(String message) {
    if (message.startsWith(INCREMENT)) {
      return Optional.of(new BackupKind(BackupType.INCREMENTAL, Optional.empty()));
    }
    var full = FULL.matcher(message);
    return full.matches()
        ? Optional.of(
            new BackupKind(
                BackupType.FULL, Optional.ofNullable(full.group(1)).map(FullReason::read)))
        : Optional.empty();
  }

  /** The beginning of a message. */
  String text() {
    return switch (type) {
      case INCREMENTAL -> INCREMENT;
      case FULL ->
          reason.map(why -> "Full backup (%s).".formatted(why.spelling())).orElse("Full backup.");
    };
  }

  /**
   * What is known of its end.
   *
   * @param chain empty where it was not told
   */
  Ending ending(List<CheckpointName> chain) {
    return new Ending(
        Optional.of(type),
        reason,
        chain.isEmpty() ? OptionalInt.empty() : OptionalInt.of(chain.size()),
        Optional.empty());
  }
}
