// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.List;

/** What makes a list of checkpoints a chain: a full, then increments, each on the one before. */
final class ChainRules {
  private ChainRules() {}

  static void check(VmRef vm, List<CheckpointEntry> chain) {
    for (var i = 0; i < chain.size(); i++) {
      var entry = chain.get(i);
      if (i == 0 && entry.type() != BackupType.FULL) {
        throw broken(vm, "it begins with the increment %s".formatted(entry.id()));
      }
      if (i == 0 && entry.parent().isPresent()) {
        throw broken(vm, "the full %s has a parent".formatted(entry.id()));
      }
      if (i > 0 && entry.type() != BackupType.INCREMENTAL) {
        throw broken(vm, "%s in its middle is a full".formatted(entry.id()));
      }
      if (i > 0 && entry.parent().filter(chain.get(i - 1).id()::equals).isEmpty()) {
        throw broken(vm, "%s does not build on %s".formatted(entry.id(), chain.get(i - 1).id()));
      }
    }
  }

  private static VirtMoverException broken(VmRef vm, String what) {
    return new VirtMoverException(
        FailureKind.CHAIN_BROKEN,
        "The chain of VM %s is broken: %s. Choose another restore point; the next backup has to be"
                .formatted(vm, what)
            + " a full.");
  }
}
