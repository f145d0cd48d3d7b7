// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.Collected;
import io.virtmover.repository.Collector;
import io.virtmover.repository.ManifestKeys;
import io.virtmover.repository.VmRepository;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "collect",
    description = {
      "Frees what no backup needs: of one VM, or of all in the location. Says what would go;"
          + " --delete makes it go.",
      "",
      "The manifests that are there say what is needed. What is younger than --grace stays, since a"
          + " backup may be under way, and so does the latest checkpoint as long as the VM has any"
          + " backup: the next increment builds on it. With the last backup the latest checkpoint"
          + " goes a grace period after a run has found that nothing needs it."
    },
    footer = {
      "",
      "Examples:",
      "  virtmover collect --location bsl.yaml --credentials cloud",
      "  virtmover collect --location bsl.yaml --credentials cloud --vm shop/db-01 --delete"
    })
final class CollectCommand extends LocationCommand {
  /**
   * What went or would go, for JSON.
   *
   * @param deleted whether it went
   */
  record Report(boolean deleted, long bytes, List<VmLine> vms) {}

  /**
   * What went of a VM; sizes in bytes.
   *
   * @param hasMore whether something else that no backup needs stays for now
   * @param lost checkpoints that a backup needs and the index does not have
   * @param problem why nothing could be freed; empty if all is well
   */
  record VmLine(
      String namespace,
      String name,
      List<String> checkpoints,
      long objects,
      long uploads,
      long bytes,
      boolean wholeVm,
      boolean hasMore,
      List<String> lost,
      String problem) {}

  @Option(names = "--vm", paramLabel = "NS/NAME", description = "only this VM")
  @Nullable String vm;

  @Option(
      names = "--grace",
      paramLabel = "HOURS",
      description = "hours for which what is not needed stays; default: ${DEFAULT-VALUE}")
  int graceHours = 24;

  @Option(names = "--delete", description = "take it away; without it is only said what would go")
  boolean delete;

  @Option(
      names = "--single-writer",
      description = "nothing else writes to the store; needed where it ignores conditions")
  boolean singleWriter;

  @Override
  Outcome execute(Context context) {
    if (delete) {
      requireWritable(context.location());
    }
    var settings = new Collector.Settings(Duration.ofHours(graceHours), singleWriter);
    var keys = ManifestKeys.list(context.store(), context.root());
    var vms =
        vm == null ? Collector.vms(context.store(), context.root()) : List.of(VmRef.parse(vm));
    var found = new ArrayList<VmLine>();
    var failure = Optional.<VirtMoverException>empty();
    for (var each : vms) {
      try {
        var repository = new VmRepository(context.store(), context.root(), each);
        var collector = new Collector(repository, settings, context.clock());
        found.add(line(delete ? collector.collect(keys) : collector.look(keys)));
      } catch (VirtMoverException e) {
        if (!isOfOneVm(e)) {
          throw e;
        }
        found.add(problem(each, e));
        failure = failure.or(() -> Optional.of(e));
      }
    }
    var bytes = found.stream().mapToLong(VmLine::bytes).sum();
    var outcome = Outcome.good(new Report(delete, bytes, found), lines(found, bytes));
    return new Outcome(outcome.report(), outcome.lines(), failure);
  }

  /** What is wrong with one VM's documents must not keep the others' space. */
  private static boolean isOfOneVm(VirtMoverException e) {
    return e.kind() == FailureKind.CORRUPT_BACKUP || e.kind() == FailureKind.CONFLICT;
  }

  private static VmLine line(Collected collected) {
    return new VmLine(
        collected.vm().namespace(),
        collected.vm().name(),
        names(collected.checkpoints()),
        collected.objects(),
        collected.uploads(),
        collected.bytes(),
        collected.isWholeVm(),
        collected.hasMore(),
        names(collected.lost()),
        "");
  }

  private static VmLine problem(VmRef vm, VirtMoverException e) {
    return new VmLine(
        vm.namespace(), vm.name(), List.of(), 0, 0, 0, false, false, List.of(), e.getMessage());
  }

  private static List<String> names(List<?> names) {
    return names.stream().map(Object::toString).toList();
  }

  private List<String> lines(List<VmLine> found, long bytes) {
    var lines = new ArrayList<String>();
    for (var line : found) {
      var name = line.namespace() + "/" + line.name();
      if (!line.problem().isEmpty()) {
        lines.add("%s: %s".formatted(name, line.problem()));
      } else if (line.objects() + line.uploads() > 0 || line.wholeVm()) {
        lines.add(
            "%s: %d checkpoints, %d objects, %d unfinished uploads, %s%s"
                .formatted(
                    name,
                    line.checkpoints().size(),
                    line.objects(),
                    line.uploads(),
                    Sizes.of(line.bytes()),
                    line.wholeVm() ? "; nothing of the VM is left" : ""));
        line.checkpoints().forEach(checkpoint -> lines.add("  " + checkpoint));
      }
      if (line.hasMore()) {
        lines.add(
            "%s: more goes when it is older than the grace period; run it again then"
                .formatted(name));
      }
      line.lost()
          .forEach(
              checkpoint ->
                  lines.add(
                      "%s: a backup needs %s, which the index does not have; try 'virtmover rebuild-index'"
                          .formatted(name, checkpoint)));
    }
    lines.add(
        "%s %s"
            .formatted(
                Sizes.of(bytes), delete ? "freed" : "would be freed; --delete takes it away"));
    return lines;
  }
}
