// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.domain.VmRef;
import io.virtmover.location.Location;
import io.virtmover.repository.CheckpointEntry;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.RestorePoint;
import io.virtmover.repository.VmRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = {
      "Lists the VMs of a location, or one VM's restore points: type, chain, size, and why a full"
          + " was made."
    },
    footer = {
      "",
      "Examples:",
      "  virtmover list --location bsl.yaml --credentials cloud",
      "  virtmover list --location bsl.yaml --credentials cloud --vm shop/db-01 --json"
    })
final class ListCommand extends MoverCommand {
  /** A VM, for JSON. */
  record VmLine(String namespace, String name) {}

  /** A restore point, for JSON; sizes in bytes. */
  record PointLine(
      String backup,
      String checkpoint,
      String type,
      String timestamp,
      long size,
      long chainSize,
      List<String> chain,
      List<String> disks,
      String reason) {}

  @Mixin LocationOptions where = new LocationOptions();

  @Option(names = "--vm", paramLabel = "NS/NAME", description = "one VM's restore points")
  @Nullable String vm;

  @Override
  Location location() {
    return where.resolve();
  }

  @Override
  Outcome execute(Context context) {
    return vm == null ? vms(context) : points(context, VmRef.parse(vm));
  }

  private static Outcome vms(Context context) {
    var vms = VmRepository.vms(context.store(), context.root());
    var lines = new ArrayList<String>();
    vms.forEach(found -> lines.add(found.toString()));
    if (lines.isEmpty()) {
      lines.add(
          "no VM has backups in %s/%s"
              .formatted(context.store().displayName(), context.root().path()));
    }
    return Outcome.good(
        vms.stream().map(found -> new VmLine(found.namespace(), found.name())).toList(), lines);
  }

  private static Outcome points(Context context, VmRef vm) {
    var repository = new VmRepository(context.store(), context.root(), vm);
    var points = new ArrayList<PointLine>();
    var found = repository.listRestorePoints();
    found.points().forEach(point -> points.add(line(repository, point)));
    var lines = new ArrayList<String>();
    if (points.isEmpty()) {
      lines.add("VM %s has no restore points".formatted(vm));
    } else {
      lines.add(row("BACKUP", "TYPE", "TIME", "SIZE", "CHAIN", "STEPS", "DISKS"));
      points.forEach(
          point ->
              lines.add(
                  row(
                      point.backup(),
                      point.type(),
                      point.timestamp(),
                      Sizes.of(point.size()),
                      Sizes.of(point.chainSize()),
                      Integer.toString(point.chain().size()),
                      String.join(", ", point.disks())
                          + (point.reason().isEmpty() ? "" : "  (" + point.reason() + ")"))));
    }
    found
        .unusable()
        .forEach(
            broken ->
                lines.add(
                    "backup %s cannot be restored: %s"
                        .formatted(broken.backup(), broken.reason().getMessage())));
    return Outcome.good(points, lines);
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-28s %-12s %-25s %10s %10s %5s  %s", cells).stripTrailing();
  }

  private static PointLine line(VmRepository repository, RestorePoint point) {
    var latest = point.latest();
    return new PointLine(
        point.backup().value(),
        latest.id().value(),
        latest.type().spelling(),
        latest.timestamp(),
        latest.size(),
        point.chain().stream().mapToLong(CheckpointEntry::size).sum(),
        point.chain().stream().map(entry -> entry.id().value()).toList(),
        List.copyOf(point.volumes()),
        repository.readRecord(latest.id()).flatMap(CheckpointRecord::reason).orElse(""));
  }
}
