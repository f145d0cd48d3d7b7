// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.Fields;
import java.util.List;
import java.util.Optional;

/** The VMI's {@code backupStatus}. Source: kubevirt-backup-api.md §1.4. */
record JobView(
    String backupName,
    boolean completed,
    boolean failed,
    Optional<String> message,
    Optional<String> checkpointName,
    List<IncludedVolume> volumes,
    Optional<String> quiesceStatus) {
  static JobView of(Fields status) {
    return new JobView(
        status.text("backupName").orElse(""),
        status.isTrue("completed"),
        status.isTrue("failed"),
        status.text("backupMsg").filter(text -> !text.isEmpty()),
        status.text("checkpointName").filter(text -> !text.isEmpty()),
        IncludedVolume.of(status.list("volumes")),
        status.text("quiesceStatus").filter(text -> !text.isEmpty()));
  }

  JobView ended(boolean badly, Optional<String> text) {
    return new JobView(backupName, true, badly, text, checkpointName, volumes, quiesceStatus);
  }

  JobView unfinished() {
    return new JobView(backupName, false, false, message, checkpointName, volumes, quiesceStatus);
  }

  JobView notQuiesced(Optional<String> text) {
    return new JobView(
        backupName, completed, failed, text, checkpointName, volumes, Optional.of("Failed"));
  }

  /** How the backup ends when this job is over. */
  Verdict verdict() {
    return failed
        ? new Verdict.Failed(Verdict.Reason.FAILED, message.orElse("unknown error"))
        : new Verdict.Succeeded(message);
  }
}
