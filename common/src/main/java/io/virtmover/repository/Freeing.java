// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What one run of a collector is taking away, as the index says it while that goes on: who wants to
 * take over something that lies there already must not take over this. It comes into the index by
 * the same write that takes the entries out.
 *
 * @param run the run's id
 * @param orphans checkpoints that the index did not have
 * @param entries the entries that were taken out, to be put back should a backup need them after
 *     all
 */
record Freeing(
    VmRef vm, String run, Instant since, List<CheckpointName> orphans, List<ObjectNode> entries) {
  /** Where the index has it: beside the format's keys, so other products skip or drop it. */
  static final String KEY = "virtmoverFreeing";

  private static final String REMEDY = "Take the key out of the index.";

  Freeing {
    orphans = List.copyOf(orphans);
    entries = List.copyOf(entries);
  }

  static Freeing read(VmRef vm, Fields fields) {
    try {
      var entries = fields.objects("entries");
      entries.forEach(entry -> EntryCodec.read(vm, entry));
      return new Freeing(
          vm,
          fields.requiredText("run"),
          GoFormat.parseTime(fields.requiredText("since")),
          fields.texts("orphans").stream()
              .map(text -> EntryCodec.name(fields, "orphans", text))
              .toList(),
          entries.stream().map(EntryCodec::spelled).toList());
    } catch (DateTimeException e) {
      throw fields.wrong("since", "is not a time");
    }
  }

  ObjectNode json() {
    var json = GoJson.object().put("run", run).put("since", GoFormat.time(since));
    var names = json.putArray("orphans");
    orphans.forEach(orphan -> names.add(orphan.value()));
    json.putArray("entries").addAll(entries);
    return json;
  }

  /** All checkpoints whose objects go. */
  List<CheckpointName> checkpoints() {
    return Stream.concat(orphans.stream(), removed().stream().map(CheckpointEntry::id)).toList();
  }

  /** Takes nothing away but the index itself, whose VM has nothing else any more. */
  static Freeing ofIndex(VmRef vm, String run, Instant since) {
    return new Freeing(vm, run, since, List.of(), List.of());
  }

  /** Whether the run is about to delete the index. */
  boolean isOfIndex() {
    return orphans.isEmpty() && entries.isEmpty();
  }

  /** What of it fits. */
  Freeing only(Predicate<CheckpointName> which) {
    return new Freeing(
        vm,
        run,
        since,
        orphans.stream().filter(which).toList(),
        entries.stream().filter(json -> which.test(entry(json).id())).toList());
  }

  /** The same, taken away by nobody any more: only kept to be put back. */
  Freeing givenUp() {
    return new Freeing(vm, run, Instant.EPOCH, orphans, entries);
  }

  /** The entries, read. */
  List<CheckpointEntry> removed() {
    return entries.stream().map(this::entry).toList();
  }

  CheckpointEntry entry(ObjectNode json) {
    return EntryCodec.read(vm, Fields.of(KEY, json, REMEDY));
  }

  /** The entry of a checkpoint, if it was taken out. */
  Optional<ObjectNode> entryOf(CheckpointName checkpoint) {
    return entries.stream().filter(json -> entry(json).id().equals(checkpoint)).findFirst();
  }
}
