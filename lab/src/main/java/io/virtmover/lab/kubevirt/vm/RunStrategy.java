// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import io.virtmover.lab.kubevirt.api.Fields;
import java.util.Arrays;

/** When a VM is to run. */
enum RunStrategy {
  HALTED("Halted"),
  ALWAYS("Always"),
  MANUAL("Manual"),
  RERUN_ON_FAILURE("RerunOnFailure"),
  ONCE("Once");

  private final String text;

  RunStrategy(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** Of a VirtualMachine; the older field {@code running} counts where there is no strategy. */
  static RunStrategy of(Fields vm) {
    var strategy = vm.text("spec", "runStrategy").orElse("");
    return Arrays.stream(values())
        .filter(candidate -> candidate.text.equals(strategy))
        .findFirst()
        .orElse(vm.isTrue("spec", "running") ? ALWAYS : HALTED);
  }
}
