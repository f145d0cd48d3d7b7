// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program. */
@Command(
    name = "virtmover",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = CommandLine.ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description =
        "Backs up the changed blocks of KubeVirt VM disks to S3 as standard qcow2, and restores"
            + " them.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      " 0:done",
      " 1:internal error, please report",
      " 2:the request is wrong",
      " 3:something that is not supported",
      " 4:access denied: credentials, token, certificate",
      " 5:a service is not available; try again later",
      " 6:the chain is broken; make a full",
      " 7:the source is damaged or contradicts itself",
      " 8:the backup is damaged",
      " 9:another writer was there at the same time",
      "10:canceled",
      "11:the restore target cannot hold the disk or failed"
    },
    footer = {
      "",
      "Every command says where the backups are: --location FILE --credentials FILE, or --bucket B",
      "[--prefix P] [--region R] [--endpoint URL] [--path-style] [--ca FILE] --credentials FILE.",
      "",
      "Example:",
      "  virtmover list --location bsl.yaml --credentials cloud --vm shop/db-01"
    },
    subcommands = {
      BackupCommand.class,
      RestoreCommand.class,
      VerifyCommand.class,
      ListCommand.class,
      RebuildIndexCommand.class,
      DeleteBackupCommand.class,
      CollectCommand.class,
      RunCommand.class
    })
public final class VirtMoverCommand implements Runnable {
  /** No command was given. */
  static final class NoCommand extends ParameterException {
    NoCommand(CommandLine commandLine) {
      super(
          commandLine,
          "Say what to do: " + String.join(", ", commandLine.getSubcommands().keySet()));
    }
  }

  private Cancellation cancellation = new Cancellation();

  @Spec CommandSpec spec = CommandSpec.create();

  /** The program as a value that can be executed; no signals are watched. */
  public static CommandLine commandLine() {
    return commandLine(new Cancellation());
  }

  static CommandLine commandLine(Cancellation cancellation) {
    var program = new VirtMoverCommand();
    program.cancellation = cancellation;
    return new CommandLine(program)
        // A word that begins with @ is a word, not a file to read more words from.
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(new CommandLineWords());
  }

  /** Who asked the program to stop, if anybody has. */
  Optional<Canceler> canceler() {
    return cancellation.canceler();
  }

  /** Asks the program to stop, as a signal does. */
  void cancel(Canceler by) {
    cancellation.cancel(by);
  }

  @Override
  public void run() {
    throw new NoCommand(spec.commandLine());
  }
}
