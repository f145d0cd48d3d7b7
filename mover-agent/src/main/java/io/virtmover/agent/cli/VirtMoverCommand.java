// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import java.util.LinkedHashMap;
import java.util.Map;
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
    })
public final class VirtMoverCommand implements Runnable {
  /** What the program does, by the first word; in this order in its help. */
  private static final Map<String, Class<?>> COMMANDS = commands();

  /** No command was given. */
  static final class NoCommand extends ParameterException {
    NoCommand(CommandLine commandLine) {
      super(
          commandLine,
          "Say what to do: " + String.join(", ", commandLine.getSubcommands().keySet()));
    }
  }

  private static Map<String, Class<?>> commands() {
    var commands = new LinkedHashMap<String, Class<?>>();
    commands.put("backup", BackupCommand.class);
    commands.put("restore", RestoreCommand.class);
    commands.put("verify", VerifyCommand.class);
    commands.put("list", ListCommand.class);
    commands.put("rebuild-index", RebuildIndexCommand.class);
    commands.put("delete-backup", DeleteBackupCommand.class);
    commands.put("collect", CollectCommand.class);
    commands.put("run", RunCommand.class);
    return commands;
  }

  private Cancellation cancellation = new Cancellation();

  @Spec CommandSpec spec = CommandSpec.create();

  /** The program as a value that can be executed; no signals are watched. */
  public static CommandLine commandLine() {
    return commandLine(new Cancellation());
  }

  /**
   * The program for a command line.
   *
   * @param words where it begins with a command, no other command is there: reading the options of
   *     all takes a twentieth of a short run's CPU time (docs/adr/0005)
   */
  static CommandLine commandLine(Cancellation cancellation, String... words) {
    var program = new VirtMoverCommand();
    program.cancellation = cancellation;
    var commandLine = new CommandLine(program);
    var asked = words.length > 0 ? words[0] : "";
    COMMANDS.forEach(
        (name, command) -> {
          if (name.equals(asked) || !COMMANDS.containsKey(asked)) {
            commandLine.addSubcommand(name, command);
          }
        });
    return commandLine
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
