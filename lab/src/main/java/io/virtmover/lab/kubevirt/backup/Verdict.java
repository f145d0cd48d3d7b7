// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import java.util.Optional;

/** How a backup ends. Source: kubevirt-backup-api.md §2.4. */
sealed interface Verdict {
  /** A good job, perhaps with a warning. */
  record Succeeded(Optional<String> warning) implements Verdict {}

  /** A backup that is not one. */
  record Failed(Reason reason, String text) implements Verdict {}

  /** Why a backup failed. */
  enum Reason {
    FAILED("Failed"),
    SOURCE_LOST("SourceLost"),
    SOURCE_UNHEALTHY("SourceUnhealthy"),
    DELETED_DURING_INIT("DeletedDuringInit");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** What model C says of a backup whose time is over. */
  String EXPIRED = "backup TTL has expired";

  /** The time to live is over, which is a failure in model C. */
  static Verdict expired() {
    return new Failed(Reason.FAILED, EXPIRED);
  }

  /** The VMI is gone while its backup ran. */
  static Verdict vmiDeleted() {
    return new Failed(Reason.SOURCE_LOST, "VMI was deleted during backup");
  }

  /** The VMI carries no backup status although a backup ran. */
  static Verdict statusLost() {
    return new Failed(Reason.SOURCE_LOST, "VMI backup status was lost");
  }

  /** The backup was deleted before its job began. */
  static Verdict deletedDuringInit() {
    return new Failed(Reason.DELETED_DURING_INIT, "backup was deleted during initialization");
  }

  /** The VMI left the phase Running. */
  static Verdict unhealthy(String phase, Model model) {
    var text =
        switch (model) {
          case A -> "VMI is not in a running state";
          case B, C -> "VMI is not in a running state: " + phase;
        };
    return new Failed(Reason.SOURCE_UNHEALTHY, text);
  }

  /** The sentence in the conditions. */
  default String sentence() {
    return switch (this) {
      case Succeeded(var warning) ->
          warning
              .map(text -> "Completed VirtualMachineBackup, warning: " + text)
              .orElse("Successfully completed VirtualMachineBackup");
      case Failed(_, var text) -> "Backup has failed: " + text;
    };
  }
}
