// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import java.util.List;
import java.util.Optional;

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
   */
  record Left(String why, Optional<Warning> warning) implements Verdict {
    static Left quietly(String why) {
      return new Left(why, Optional.empty());
    }

    static Left because(WarningReason reason, String text) {
      return new Left(text, Optional.of(new Warning(reason, text)));
    }
  }
}
