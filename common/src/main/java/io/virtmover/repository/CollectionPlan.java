// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.CheckpointName;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * What a collector is going to do, decided from one look at everything.
 *
 * @param seen the index as it was, whose version must not change until it is written
 * @param entries of the index from then on
 * @param removed entries that leave it
 * @param orphans checkpoints that it does not have
 * @param freeing what other runs are taking away
 * @param takenOver entries of orphans that an earlier run has taken out of the index
 * @param dropped names that leave {@code referencedBy} of what stays
 * @param changesIndex whether anything of that is so
 * @param objects that go, by their checkpoints, in the order in which they go
 * @param uploads that are aborted
 * @param leavesNothing whether nothing of the VM stays, its index and what lies beside it excepted
 * @param endsVm whether nothing of the VM is there but those, so that they can go
 * @param hasMore whether something that no backup needs stays for now
 * @param lost checkpoints that a backup needs and the index does not have
 */
record CollectionPlan(
    IndexDocument seen,
    List<ObjectNode> entries,
    List<ObjectNode> removed,
    List<CheckpointName> orphans,
    List<Freeing> freeing,
    List<ObjectNode> takenOver,
    List<String> dropped,
    boolean changesIndex,
    SequencedMap<CheckpointName, List<ObjectStat>> objects,
    List<MultipartUpload> uploads,
    boolean leavesNothing,
    boolean endsVm,
    boolean hasMore,
    List<CheckpointName> lost) {
  /** Leaves everything as it is: another run is about to delete the index. */
  static CollectionPlan nothing(IndexDocument seen, List<CheckpointName> lost) {
    return new CollectionPlan(
        seen,
        seen.entries(),
        List.of(),
        List.of(),
        seen.freeing(),
        List.of(),
        List.of(),
        false,
        new LinkedHashMap<>(),
        List.of(),
        false,
        false,
        true,
        lost);
  }

  /** Whether there is nothing to do. */
  boolean isEmpty() {
    return !changesIndex && objects.isEmpty() && uploads.isEmpty() && !endsVm;
  }

  /** Whether the index has to be written before anything is taken away. */
  boolean needsIndex() {
    return changesIndex || !objects.isEmpty();
  }

  /** All objects that go. */
  List<ObjectStat> allObjects() {
    return objects.values().stream().flatMap(List::stream).toList();
  }

  /** As the index says it while what goes is taken away. */
  Freeing claim(String run, Instant now) {
    var entries = Stream.concat(removed.stream(), takenOver.stream()).toList();
    var claim = new Freeing(seen.index().vm(), run, now, List.of(), entries);
    var known = claim.checkpoints();
    var unknown = orphans.stream().filter(id -> !known.contains(id)).toList();
    return new Freeing(claim.vm(), run, now, unknown, entries);
  }

  /** All checkpoints that go. */
  List<CheckpointName> checkpoints() {
    return Stream.concat(
            seen.index().checkpoints().stream()
                .map(CheckpointEntry::id)
                .filter(id -> removed.stream().anyMatch(json -> isOf(json, id))),
            orphans.stream())
        .toList();
  }

  private static boolean isOf(ObjectNode json, CheckpointName id) {
    return id.value().equals(json.path("id").asText());
  }
}
