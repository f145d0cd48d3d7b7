// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.reconcile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a program of the host. */
public final class HostCommand {
  private HostCommand() {}

  /**
   * Runs a program to its end.
   *
   * @return what it printed, without white space around it
   * @throws IOException when it cannot be started or fails, in its own words
   */
  public static String run(String... command) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IOException("cannot run %s: %s".formatted(command[0], e.getMessage()), e);
    }
    var output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (process.waitFor() != 0) {
        throw new IOException(
            "%s failed: %s".formatted(String.join(" ", List.of(command)), output));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + command[0], e);
    }
    return output;
  }
}
