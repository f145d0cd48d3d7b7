// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.agent.restore.RestoreJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VolumeName;
import io.virtmover.location.Location;
import java.nio.file.Path;
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
final class RestoreCommand extends MoverCommand {
  @Mixin LocationOptions where = new LocationOptions();

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
          "native fetches live clusters only; qemu-img downloads, rebases and converts, as a second"
              + " opinion (default: ${DEFAULT-VALUE})",
      defaultValue = "native")
  String engine = "native";

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description = "memory for buffers (default: ${DEFAULT-VALUE})",
      defaultValue = DEFAULT_MEMORY)
  String memory = DEFAULT_MEMORY;

  @Option(
      names = "--checkpoint-every",
      hidden = true,
      description = "bytes after which the target remembers how far it is",
      defaultValue = "1Gi")
  String checkpointEvery = "1Gi";

  @Override
  Location location() {
    return where.resolve();
  }

  @Override
  Outcome execute(Context context) {
    return Jobs.restore(
        context,
        vm.resolve(),
        new RestoreJob.Spec(
            new BackupName(backup),
            new VolumeName(disk),
            target,
            RestoreJob.Engine.parse(engine),
            Words.bytes(memory),
            Words.bytes(checkpointEvery)));
  }
}
