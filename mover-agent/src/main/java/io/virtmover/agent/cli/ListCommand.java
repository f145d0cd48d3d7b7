// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.CheckpointEntry;
import io.virtmover.repository.RestorePoint;
import io.virtmover.repository.RestorePointList;
import io.virtmover.repository.VmRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = {
      "Lists the VMs of a location, or one VM's restore points: type, chain, size, and why a full"
          + " was made.",
      "",
      "A backup that cannot be restored, because its manifest or a record cannot be read or an image"
          + " is missing or short, is listed with the reason. What images hold is checked by"
          + " verify."
    },
    footer = {
      "",
      "Examples:",
      "  virtmover list --location bsl.yaml --credentials cloud",
      "  virtmover list --location bsl.yaml --credentials cloud --vm shop/db-01 --json"
    })
final class ListCommand extends LocationCommand {
  /** A VM, for JSON. */
  record VmLine(String namespace, String name, String problem) {}

  /**
   * A backup, for JSON; sizes in bytes. One that cannot be restored has a {@code problem} and no
   * more than its name.
   */
  record PointLine(
      String backup,
      String checkpoint,
      String type,
      String timestamp,
      long size,
      long chainSize,
      List<String> chain,
      List<String> disks,
      String reason,
      boolean usable,
      String problem) {}

  @Option(names = "--vm", paramLabel = "NS/NAME", description = "one VM's restore points")
  @Nullable String vm;

  @Override
  Outcome execute(Context context) {
    return vm == null ? vms(context) : points(context, VmRef.parse(vm));
  }

  private static Outcome vms(Context context) {
    var vms =
        VmRepository.vms(context.store(), context.root()).stream()
            .map(vm -> new VmLine(vm.namespace(), vm.name(), problem(context, vm)))
            .toList();
    var lines = new ArrayList<String>();
    vms.forEach(
        vm ->
            lines.add(
                vm.namespace()
                    + "/"
                    + vm.name()
                    + (vm.problem().isEmpty() ? "" : "  (" + vm.problem() + ")")));
    if (lines.isEmpty()) {
      lines.add(
          "no VM has backups in %s/%s"
              .formatted(context.store().displayName(), context.root().path()));
    }
    return Outcome.good(vms, lines);
  }

  /** Why none of a VM's backups can be restored; empty if there may be some that can. */
  private static String problem(Context context, VmRef vm) {
    try {
      var index = new VmRepository(context.store(), context.root(), vm).readIndex();
      return index.checkpoints().isEmpty()
          ? "Its index has no checkpoint; 'virtmover list --vm %s' tells whether one was lost."
              .formatted(vm)
          : "";
    } catch (VirtMoverException e) {
      if (!RestorePointList.isUnusable(e)) {
        throw e;
      }
      return e.getMessage();
    }
  }

  private static Outcome points(Context context, VmRef vm) {
    var found = new VmRepository(context.store(), context.root(), vm).listRestorable();
    var points = new ArrayList<PointLine>();
    found.points().forEach(point -> points.add(line(point, reason(found, point))));
    var lines = new ArrayList<String>();
    if (points.isEmpty()) {
      lines.add("VM %s has no restore points".formatted(vm));
    } else {
      lines.add(row("BACKUP", "TYPE", "TIME", "SIZE", "CHAIN", "STEPS", "DISKS"));
      points.forEach(point -> lines.add(row(point)));
    }
    for (var broken : found.unusable()) {
      var problem = broken.reason().getMessage();
      points.add(unusable(broken.backup().value(), problem));
      lines.add("backup %s cannot be restored: %s".formatted(broken.backup(), problem));
    }
    return Outcome.good(points, lines);
  }

  private static String reason(RestorePointList found, RestorePoint point) {
    return Optional.ofNullable(found.reasons().get(point.latest().id()))
        .map(FullReason::spelling)
        .orElse("");
  }

  private static String row(PointLine point) {
    return row(
        point.backup(),
        point.type(),
        point.timestamp(),
        Sizes.of(point.size()),
        Sizes.of(point.chainSize()),
        Integer.toString(point.chain().size()),
        String.join(", ", point.disks())
            + (point.reason().isEmpty() ? "" : "  (" + point.reason() + ")"));
  }

  private static PointLine unusable(String backup, String problem) {
    return new PointLine(backup, "", "", "", 0, 0, List.of(), List.of(), "", false, problem);
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-28s %-12s %-25s %10s %10s %5s  %s", cells).stripTrailing();
  }

  private static PointLine line(RestorePoint point, String reason) {
    var latest = point.latest();
    return new PointLine(
        point.backup().value(),
        latest.id().value(),
        latest.type().spelling(),
        latest.timestamp(),
        latest.size(),
        point.chain().checkpoints().stream().mapToLong(CheckpointEntry::size).sum(),
        point.chain().names().stream().map(CheckpointName::value).toList(),
        List.copyOf(point.volumes()),
        reason,
        true,
        "");
  }
}
