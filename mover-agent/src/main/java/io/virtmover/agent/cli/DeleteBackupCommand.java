// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.cluster.VeleroNames;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.BackupRemoval;
import io.virtmover.repository.VeleroBackups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "delete-backup",
    description = {
      "Removes a backup that Velero has deleted without VirtMover's plugin. Says which VMs it has;"
          + " --delete makes it go.",
      "",
      "Only the manifests go, after which there is no such backup any more. What no other backup"
          + " needs is freed by collect. A backup that Velero still has is refused: 'velero backup"
          + " delete' removes both. While Velero takes a backup it does not have it yet: one that is"
          + " younger than --grace is refused too."
    },
    footer = {
      "",
      "Examples:",
      "  virtmover delete-backup --location bsl.yaml --credentials cloud --backup night-0",
      "  virtmover delete-backup --location bsl.yaml --credentials cloud --backup night-0 --delete"
    })
final class DeleteBackupCommand extends LocationCommand {
  /**
   * What went or would go, for JSON.
   *
   * @param deleted whether it went
   * @param others keys of objects in the backup's folder that are not VirtMover's, and stay
   */
  record Report(boolean deleted, String backup, List<VmLine> vms, List<String> others) {}

  /** A VM that the backup has. */
  record VmLine(String namespace, String name) {}

  @Option(names = "--backup", required = true, paramLabel = "NAME", description = "Velero backup")
  String backup = "";

  @Option(
      names = "--grace",
      paramLabel = "HOURS",
      description =
          "hours for which a backup may be one that Velero still takes; default: ${DEFAULT-VALUE}")
  int graceHours = (int) VeleroBackups.LONGEST_TAKING.toHours();

  @Option(names = "--delete", description = "remove it; without is only said what would go")
  boolean delete;

  @Override
  Outcome execute(Context context) {
    if (delete) {
      requireWritable(context.location());
    }
    if (graceHours < 0) {
      throw refusal("The grace period %d is negative.".formatted(graceHours));
    }
    requireGone(context);
    var removal = new BackupRemoval(context.store(), context.root(), context.clock());
    var contents =
        removal
            .contents(new BackupName(VeleroNames.label(backup)))
            .orElseThrow(
                () ->
                    refusal(
                        "There is no backup %s in %s/%s; 'virtmover list --vm NS/NAME' names a VM's backups."
                            .formatted(
                                backup, context.store().displayName(), context.root().path())));
    if (delete) {
      requireOld(context, contents);
      removal.removeAll(contents);
    }
    return Outcome.good(report(contents), lines(contents));
  }

  /** Velero would go on offering a backup whose disks cannot be restored. */
  private void requireGone(Context context) {
    new VeleroBackups(context.store(), context.root())
        .find(backup)
        .ifPresent(
            found -> {
              throw refusal(
                  "Velero still has backup %1$s (%2$s in %3$s); delete it with 'velero backup delete %1$s'."
                      .formatted(found.name(), found.key(), context.store().displayName()));
            });
  }

  private void requireOld(Context context, BackupRemoval.Contents contents) {
    var longest = Duration.ofHours(graceHours);
    if (VeleroBackups.mayBeTaken(contents.changed(), longest, context.clock().instant())) {
      throw refusal(
          "Backup %s was written at %s, so Velero may still be taking it. If it is not, say --grace 0."
              .formatted(backup, contents.changed()));
    }
  }

  private static VirtMoverException refusal(String why) {
    return new VirtMoverException(FailureKind.INVALID_REQUEST, why);
  }

  private Report report(BackupRemoval.Contents contents) {
    return new Report(
        delete,
        backup,
        contents.vms().stream()
            .sorted(Comparator.comparing(VmRef::toString))
            .map(vm -> new VmLine(vm.namespace(), vm.name()))
            .toList(),
        contents.others());
  }

  private List<String> lines(BackupRemoval.Contents contents) {
    var lines = new ArrayList<>(contents.vms().stream().map(VmRef::toString).sorted().toList());
    contents.others().forEach(key -> lines.add("%s is not VirtMover's, and stays".formatted(key)));
    lines.add(
        "backup %s of %d VMs %s"
            .formatted(
                backup,
                contents.vms().size(),
                delete
                    ? "removed; 'virtmover collect' frees what no other backup needs"
                    : "would be removed; --delete removes it"));
    return lines;
  }
}
