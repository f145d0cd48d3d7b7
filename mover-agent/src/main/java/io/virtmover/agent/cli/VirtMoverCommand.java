// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.quarkus.picocli.runtime.annotations.TopCommand;
import picocli.CommandLine.Command;

/** The program. */
@TopCommand
@Command(
    name = "virtmover",
    mixinStandardHelpOptions = true,
    description = "Backs up the changed blocks of KubeVirt VM disks to S3 and restores them.")
public final class VirtMoverCommand implements Runnable {
  @Override
  public void run() {}
}
