// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import io.virtmover.repository.IndexRebuilder;
import io.virtmover.repository.VmRepository;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rebuild-index",
    description = {
      "Makes a VM's index anew from the checkpoint records in the bucket.",
      "",
      "What a readable index has besides is kept; an unreadable one is set aside, not lost."
    },
    footer = {
      "",
      "Example:",
      "  virtmover rebuild-index --location bsl.yaml --credentials cloud --vm shop/db-01"
    })
final class RebuildIndexCommand extends LocationCommand {
  /** What was done, for JSON. */
  record Report(
      List<String> checkpoints,
      List<String> recovered,
      List<String> incomplete,
      List<String> unreadable,
      List<String> manifests,
      List<String> setAside) {}

  @Mixin VmOption vm = new VmOption();

  @Option(
      names = "--single-writer",
      description = "nothing else writes to the store; needed where it ignores conditions")
  boolean singleWriter;

  @Override
  Outcome execute(Context context) {
    requireWritable(context.location());
    var repository = new VmRepository(context.store(), context.root(), vm.resolve());
    var done = new IndexRebuilder(repository, context.clock(), singleWriter).rebuild();
    var lines = new ArrayList<String>();
    done.setAside().forEach(key -> lines.add("an unreadable object is kept as " + key));
    lines.addAll(done.unreadable());
    done.incomplete()
        .forEach(id -> lines.add("left out %s: an image or its parent is missing".formatted(id)));
    lines.add(
        "the index of VM %s has %d checkpoints, %d of them recovered; %d manifests written"
            .formatted(
                repository.vm(),
                done.checkpoints().size(),
                done.recovered().size(),
                done.manifests().size()));
    return Outcome.good(
        new Report(
            names(done.checkpoints()),
            names(done.recovered()),
            names(done.incomplete()),
            done.unreadable(),
            done.manifests(),
            done.setAside()),
        lines);
  }

  private static List<String> names(List<?> names) {
    return names.stream().map(Object::toString).toList();
  }
}
