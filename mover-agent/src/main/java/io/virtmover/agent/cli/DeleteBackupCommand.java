// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import io.virtmover.repository.BackupRemoval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "delete-backup",
    description = {
      "Removes a backup that Velero has deleted without VirtMover's plugin. Says which VMs it has;"
          + " --delete makes it go.",
      "",
      "Only the manifests go, after which there is no such backup any more. What no other backup"
          + " needs is freed by collect. A backup that Velero still has is refused: 'velero backup"
          + " delete' removes both."
    },
    footer = {
      "",
      "Examples:",
      "  virtmover delete-backup --location bsl.yaml --credentials cloud --backup night-0",
      "  virtmover delete-backup --location bsl.yaml --credentials cloud --backup night-0 --delete"
    })
final class DeleteBackupCommand extends MoverCommand {
  /**
   * What went or would go, for JSON.
   *
   * @param deleted whether it went
   */
  record Report(boolean deleted, String backup, List<VmLine> vms) {}

  /** A VM that the backup has. */
  record VmLine(String namespace, String name) {}

  @Mixin LocationOptions where = new LocationOptions();

  @Option(names = "--backup", required = true, paramLabel = "NAME", description = "Velero backup")
  String backup = "";

  @Option(names = "--delete", description = "remove it; without is only said what would go")
  boolean delete;

  @Override
  Location location() {
    return where.resolve();
  }

  @Override
  Outcome execute(Context context) {
    if (delete) {
      requireWritable(context.location());
    }
    var name = new BackupName(backup);
    requireGone(context, name);
    var removal = new BackupRemoval(context.store(), context.root(), context.clock());
    var vms = delete ? removal.removeAll(name) : removal.vms(name);
    if (vms.isEmpty()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "There is no backup %s in %s/%s; 'virtmover list --vm NS/NAME' names a VM's backups."
              .formatted(name, context.store().displayName(), context.root().path()));
    }
    return Outcome.good(report(vms), lines(vms));
  }

  /** Velero would go on offering a backup whose disks cannot be restored. */
  private static void requireGone(Context context, BackupName backup) {
    var prefix = context.location().prefix();
    var key =
        "%sbackups/%s/velero-backup.json".formatted(prefix.isEmpty() ? "" : prefix + "/", backup);
    if (context.store().stat(key).isPresent()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Velero still has backup %1$s (%2$s in %3$s); delete it with 'velero backup delete %1$s'."
              .formatted(backup, key, context.store().displayName()));
    }
  }

  private Report report(Set<VmRef> vms) {
    return new Report(
        delete,
        backup,
        vms.stream()
            .sorted(Comparator.comparing(VmRef::toString))
            .map(vm -> new VmLine(vm.namespace(), vm.name()))
            .toList());
  }

  private List<String> lines(Set<VmRef> vms) {
    var lines = new ArrayList<>(vms.stream().map(VmRef::toString).sorted().toList());
    lines.add(
        "backup %s of %d VMs %s"
            .formatted(
                backup,
                vms.size(),
                delete
                    ? "removed; 'virtmover collect' frees what no other backup needs"
                    : "would be removed; --delete removes it"));
    return lines;
  }
}
