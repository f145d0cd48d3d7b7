// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import io.virtmover.cluster.VmBackupState.Cause;
import io.virtmover.cluster.VmBackupState.Failed;
import java.util.List;
import java.util.Optional;

/** Texts of KubeVirt that decide something, because it has no field for it. */
final class KubeVirtWords {
  private record Known(String words, Cause cause) {}

  private static final List<Known> CAUSES =
      List.of(
          new Known("VMI backup status was lost", Cause.SOURCE_LOST),
          new Known("VMI was deleted during backup", Cause.SOURCE_LOST),
          new Known("VMI is not in a running state", Cause.SOURCE_UNHEALTHY),
          new Known("backup was deleted during initialization", Cause.DELETED_BEFORE_START),
          new Known("backup aborted", Cause.ABORTED),
          new Known("No space left on device", Cause.OUT_OF_SPACE));
  private static final String WARNING = "Completed VirtualMachineBackup, warning: ";

  private KubeVirtWords() {}

  /** A failure whose cause the words tell, or else is the usual one. */
  static Failed failed(Cause usual, String words) {
    var why = words.isBlank() ? "KubeVirt does not say why" : words;
    return new Failed(cause(why).orElse(usual), why);
  }

  private static Optional<Cause> cause(String why) {
    return CAUSES.stream()
        .filter(known -> why.contains(known.words()))
        .map(Known::cause)
        .findFirst();
  }

  /** What a success warns of. */
  static Optional<String> warning(String words) {
    return words.startsWith(WARNING)
        ? Optional.of(words.substring(WARNING.length()))
        : Optional.empty();
  }
}
