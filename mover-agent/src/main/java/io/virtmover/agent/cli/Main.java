// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Locale;

/**
 * Where the process begins. What has to hold for all of it is set here, before anything runs.
 * Quarkus packages the program, but is not started: nothing in it is Quarkus's, and starting it
 * takes an eighth of a short run (docs/adr/0005).
 */
@QuarkusMain
public final class Main {
  private Main() {}

  public static void main(String... words) {
    var cancellation = new Cancellation();
    cancellation.watch();
    // Numbers and names in messages and in the bucket are the same in every country.
    Locale.setDefault(Locale.ROOT);
    Logging.begin(System.getenv()).ifPresent(wrong -> System.err.println("virtmover: " + wrong));
    cancellation.begin();
    var exitCode = VirtMoverCommand.commandLine(cancellation, words).execute(words);
    cancellation.end(exitCode);
    System.exit(exitCode);
  }
}
