// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.util.Locale;

/** Where the process begins. What has to hold for all of it is set here, before anything runs. */
@QuarkusMain
public final class Main {
  private static final Cancellation CANCELLATION = new Cancellation();

  private Main() {}

  public static void main(String... words) {
    CANCELLATION.watch();
    // Numbers and names in messages and in the bucket are the same in every country.
    Locale.setDefault(Locale.ROOT);
    Quarkus.run(Program.class, words);
  }

  /** The program, once Quarkus has started. */
  public static final class Program implements QuarkusApplication {
    @Override
    public int run(String... words) {
      CANCELLATION.begin();
      var exitCode = VirtMoverCommand.commandLine(CANCELLATION).execute(words);
      CANCELLATION.end(exitCode);
      return exitCode;
    }
  }
}
