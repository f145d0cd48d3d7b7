// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.agent.backup.BackupJob;
import io.virtmover.agent.export.ExportTimeouts;
import io.virtmover.agent.restore.RestoreJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.BackUp;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "backup",
    description = {
      "Backs up all disks of a VM at one checkpoint.",
      "",
      "A disk's SOURCE is a qcow2 file that KubeVirt pushed, or the https address of an exported"
          + " volume (pull). A backup that was interrupted goes on where it was when the same"
          + " command is run again."
    },
    footer = {
      "",
      "Examples:",
      "  virtmover backup --location bsl.yaml --credentials cloud --vm shop/db-01 \\",
      "    --backup nightly-1 --checkpoint nightly-1-2026-01-11_01-00-03 --type full \\",
      "    --disk rootdisk=/backup/nightly-1-rootdisk.qcow2,pvc=db-01-root",
      "  virtmover backup --location bsl.yaml --credentials cloud --vm shop/db-01 \\",
      "    --backup nightly-2 --checkpoint nightly-2-2026-01-12_01-00-02 --type incremental \\",
      "    --parent nightly-1-2026-01-11_01-00-03 --export-ca ca.pem --export-token token \\",
      "    --disk rootdisk=https://virt-export-nightly-2.shop.svc/exports/rootdisk,size=32212254720"
    })
final class BackupCommand extends LocationCommand {
  @Mixin VmOption vm = new VmOption();

  @Option(names = "--backup", required = true, paramLabel = "NAME", description = "Velero backup")
  String backup = "";

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "NAME",
      description = "KubeVirt's name for the point in time (status.checkpointName)")
  String checkpoint = "";

  @Option(
      names = "--parent",
      paramLabel = "NAME",
      description = "checkpoint that an increment builds on")
  @Nullable String parent;

  @Option(
      names = "--type",
      required = true,
      paramLabel = "full|incremental",
      description =
          "the checkpoint's type (status.type); a disk that was read whole all the same says so")
  String type = "";

  @Option(
      names = "--disk",
      required = true,
      paramLabel = "VOLUME=SOURCE[,pvc=NAME][,size=BYTES|,atMost=BYTES][,type=full]",
      description =
          "a disk; repeat for each. An address needs its size, or a bound to find it below")
  List<String> disks = List.of();

  @Option(
      names = "--export-ca",
      paramLabel = "FILE",
      description = "PEM certificates of the export (status.endpointCert)")
  @Nullable Path exportCa;

  @Option(
      names = "--export-token",
      paramLabel = "FILE",
      description = "token of the export (key 'token' of its secret)")
  @Nullable Path exportToken;

  @Option(names = "--vm-uid", paramLabel = "UID", description = "the VM's UID, to be recorded")
  @Nullable String vmUid;

  @Option(
      names = "--reason",
      paramLabel = "WORD",
      description = "why this is a full, to be recorded: FirstBackup, Requested, ... (see docs)")
  @Nullable String reason;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      description =
          "most memory for buffers (default: 96Mi, or what the largest disk's parts take)")
  @Nullable String memory;

  @Option(
      names = "--cluster-bits",
      hidden = true,
      description = "log2 of the image's cluster size",
      defaultValue = "16")
  int clusterBits = 16;

  @Option(
      names = "--single-writer",
      description =
          "nothing else writes to this location, so it need not honour conditional writes")
  boolean singleWriter;

  @Override
  Outcome execute(Context context) {
    return Jobs.run(
        context,
        vm.resolve(),
        task(),
        new Jobs.Settings(
            new BackupJob.Settings(context.attempt(), ExportTimeouts.usual(), clusterBits),
            RestoreJob.CHECKPOINT_EVERY));
  }

  /** What the words ask for, as a request would. */
  BackUp task() {
    var checkpointType = BackupType.parse(type);
    if (checkpointType == BackupType.FULL && parent != null) {
      throw invalid("A full has no parent: leave out --parent, or use --type incremental.");
    }
    if (checkpointType == BackupType.INCREMENTAL && parent == null) {
      throw invalid("An increment needs the checkpoint it builds on: --parent NAME.");
    }
    return new BackUp(
        new BackupName(backup),
        new CheckpointName(checkpoint),
        Optional.ofNullable(parent).map(CheckpointName::new),
        Optional.ofNullable(vmUid),
        disks.stream().map(disk -> Words.disk(disk, checkpointType)).toList(),
        Optional.ofNullable(exportCa),
        Optional.ofNullable(exportToken),
        Optional.ofNullable(reason).map(FullReason::parse),
        Jobs.optional(memory == null ? null : Words.bytes(memory)),
        singleWriter);
  }

  private static VirtMoverException invalid(String message) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, message);
  }
}
