// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.domain.VmRef;
import picocli.CommandLine.Option;

/** The VM a command is about. */
final class VmOption {
  @Option(
      names = "--vm",
      required = true,
      paramLabel = "NS/NAME",
      description = "the VM: its namespace and name at backup time")
  String text = "";

  VmRef resolve() {
    return VmRef.parse(text);
  }
}
