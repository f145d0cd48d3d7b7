// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import io.virtmover.cluster.Marks;
import io.virtmover.velero.item.Item;
import java.util.List;
import java.util.Set;

/**
 * Keeps a VM from starting before its disks are there. The controller puts back what is remembered
 * here when the last of them is.
 */
final class Halt {
  private static final String RUNNING = "running";
  private static final String STRATEGY = "runStrategy";
  private static final String HALTED = "Halted";
  private static final Set<String> STARTING = Set.of("Always", "RerunOnFailure", "Once");

  private Halt() {}

  /**
   * Halts a VM that would start by itself; what earlier actions made of it is what counts. One that
   * was backed up while it was halted for its restore waits for the claims of this one.
   */
  static void apply(Item vm, List<String> claims) {
    var strategy = vm.spec().path(STRATEGY).asText();
    if (vm.spec().path(RUNNING).asBoolean()) {
      halt(vm, "Always", RUNNING);
    } else if (STARTING.contains(strategy)) {
      halt(vm, strategy, STRATEGY);
    }
    if (vm.annotation(Marks.RUN_STRATEGY).isPresent()) {
      vm.annotate(Marks.AWAITED_CLAIMS, String.join(",", claims));
    }
  }

  private static void halt(Item vm, String strategy, String field) {
    vm.annotate(Marks.RUN_STRATEGY, strategy);
    vm.annotate(Marks.RUN_STRATEGY_SOURCE, field);
    vm.specToChange().put(STRATEGY, HALTED).remove(RUNNING);
  }
}
