// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.agent.backup.BackupJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VolumeName;
import io.virtmover.transfer.Restore;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "restore",
    description = {
      "Restores one disk of a backup to a raw file or a block device.",
      "",
      "A file that does not exist grows as PATH.partial and gets its name when it is complete. An"
          + " existing file or device is overwritten. A restore that was interrupted goes on where"
          + " it was when the same command is run again."
    },
    footer = {
      "",
      "Example:",
      "  virtmover restore --location bsl.yaml --credentials cloud --vm shop/db-01 \\",
      "    --backup nightly-2 --disk rootdisk --to /dev/vdb"
    })
final class RestoreCommand extends LocationCommand {
  @Mixin VmOption vm = new VmOption();

  @Option(names = "--backup", required = true, paramLabel = "NAME", description = "Velero backup")
  String backup = "";

  @Option(names = "--disk", required = true, paramLabel = "VOLUME", description = "the disk")
  String disk = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PATH",
      description = "raw file or block device to write")
  Path target = Path.of("");

  @Option(
      names = "--engine",
      paramLabel = "native|qemu-img",
      description =
          "native fetches live clusters only; qemu-img downloads the chain and converts it, as a"
              + " second opinion and for images with subclusters. It needs room for the chain beside"
              + " a file, in $TMPDIR (or /tmp) for a device (default: ${DEFAULT-VALUE})",
      defaultValue = "native")
  String engine = "native";

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "memory for buffers of the native engine (default: " + DEFAULT_MEMORY + ")")
  @Nullable String memory;

  @Option(
      names = "--mark-every",
      hidden = true,
      description = "bytes after which the target remembers how far it is",
      defaultValue = "1Gi")
  String markEvery = "1Gi";

  @Override
  Outcome execute(Context context) {
    return Jobs.run(
        context,
        vm.resolve(),
        task(),
        new Jobs.Settings(BackupJob.Settings.usual(context.attempt()), Words.bytes(markEvery)));
  }

  /** What the words ask for, as a request would. */
  Restore task() {
    return new Restore(
        new BackupName(backup),
        new VolumeName(disk),
        target,
        Restore.Engine.parse(engine),
        Jobs.optional(memory == null ? null : Words.bytes(memory)));
  }
}
