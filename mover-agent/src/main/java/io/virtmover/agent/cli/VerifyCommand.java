// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VolumeName;
import io.virtmover.transfer.Subset;
import io.virtmover.transfer.Verify;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "verify",
    description = {
      "Reads a VM's backups in the bucket and compares every byte with its recorded checksum.",
      "",
      "Names damage by disk, guest offset, object and the backups it touches, and every backup that"
          + " cannot be restored. Nothing is restored or written."
    },
    footer = {
      "",
      "Examples:",
      "  virtmover verify --location bsl.yaml --credentials cloud --vm shop/db-01",
      "  virtmover verify --location bsl.yaml --credentials cloud --vm shop/db-01 --subset 3/7"
    })
final class VerifyCommand extends LocationCommand {
  @Mixin VmOption vm = new VmOption();

  @Option(
      names = "--backup",
      paramLabel = "NAME",
      description = "one restore point (default: all of the VM's)")
  @Nullable String backup;

  @Option(names = "--disk", paramLabel = "VOLUME", description = "one disk (default: all)")
  @Nullable String disk;

  @Option(
      names = "--subset",
      paramLabel = "n/t",
      description = "the nth of t shares; t runs read everything once")
  @Nullable String subset;

  @Override
  Outcome execute(Context context) {
    return Jobs.run(context, vm.resolve(), task(), Jobs.Settings.usual(context.attempt()));
  }

  /** What the words ask for, as a request would. */
  Verify task() {
    return new Verify(
        Optional.ofNullable(backup).map(BackupName::new),
        Optional.ofNullable(disk).map(VolumeName::new),
        Optional.ofNullable(subset).map(Subset::parse).orElse(Subset.whole()));
  }
}
