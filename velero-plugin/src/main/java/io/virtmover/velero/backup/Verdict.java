// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import java.util.List;

/** Whether VirtMover takes a VM of a Backup. */
sealed interface Verdict {
  /**
   * It does.
   *
   * @param claims those that it restores; KubeVirt backs up all disks
   * @param warnings what all the same is not as one may think
   */
  record Taken(List<String> claims, List<Warning> warnings) implements Verdict {
    public Taken {
      claims = List.copyOf(claims);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * It does not.
   *
   * @param why for the log, where nobody needs to be warned
   * @param warnings what is not as one may think
   */
  record Left(String why, List<Warning> warnings) implements Verdict {
    public Left {
      warnings = List.copyOf(warnings);
    }

    static Left quietly(String why) {
      return new Left(why, List.of());
    }

    static Left because(WarningReason reason, String text) {
      return new Left(text, List.of(new Warning(reason, text)));
    }
  }
}
