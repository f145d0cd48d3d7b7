// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.CheckpointName;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Makes the plan of a collection from what was read; touches nothing. */
final class Planner {
  private final RepositoryRoot root;
  private final IndexDocument seen;
  private final VmIndex index;
  private final List<Manifest> manifests;
  private final VmFolder folder;
  private final Instant limit;
  private final Predicate<Freeing> isDead;
  private final Marking marking;
  private final Set<CheckpointName> needed;
  private final Set<CheckpointName> kept;

  /**
   * @param now when all this was read
   * @param limit what is younger stays
   * @param isDead of what an earlier run was taking away, whether it can no longer be doing so
   */
  Planner(
      RepositoryRoot root,
      IndexDocument seen,
      List<Manifest> manifests,
      VmFolder folder,
      Instant now,
      Instant limit,
      Predicate<Freeing> isDead) {
    this.root = root;
    this.seen = seen;
    this.index = seen.index();
    this.manifests = manifests;
    this.folder = folder;
    this.limit = limit;
    this.isDead = isDead;
    this.marking = new Marking(index, seen.changed(), manifests, folder, now, limit);
    this.needed = marking.needed();
    this.kept = marking.kept();
  }

  CollectionPlan plan() {
    if (seen.freeing().stream().anyMatch(run -> run.isOfIndex() && !isDead.test(run))) {
      return CollectionPlan.nothing(seen, lost(Set.of()));
    }
    var removed = new ArrayList<ObjectNode>();
    var entries = new ArrayList<ObjectNode>();
    var checkpoints = index.checkpoints().iterator();
    for (var json : seen.entries()) {
      (kept.contains(checkpoints.next().id()) ? entries : removed).add(json);
    }
    var restored = putBack(entries);
    var dropped = refer(entries);
    var orphans =
        folder.checkpoints().keySet().stream()
            .filter(id -> !kept.contains(id) && index.find(id).isEmpty())
            .toList();
    var going = new LinkedHashSet<CheckpointName>(orphans);
    removed.forEach(json -> going.add(id(json)));
    var staysAsItIs = removed.isEmpty() && restored.isEmpty() && entries.equals(seen.entries());
    var freeing = freeing(restored);
    var leavesNothing = leavesNothing(entries, going);
    return new CollectionPlan(
        seen,
        entries,
        removed,
        orphans,
        freeing,
        takenOver(orphans),
        List.copyOf(dropped),
        !staysAsItIs || !freeing.equals(seen.freeing()),
        objects(orphans, removed),
        uploads(going),
        leavesNothing,
        leavesNothing && freeing.isEmpty() && going.isEmpty() && folder.uploads().isEmpty(),
        hasMore(freeing, leavesNothing),
        lost(restored));
  }

  /**
   * Puts back what an earlier run took out and a backup needs after all; not while another run may
   * be deleting it.
   */
  private Set<CheckpointName> putBack(List<ObjectNode> entries) {
    var restored = new LinkedHashSet<CheckpointName>();
    for (var id : marking.named()) {
      if (index.find(id).isEmpty() && !isBeingFreed(id)) {
        seen.freeing().stream()
            .flatMap(run -> run.entryOf(id).stream())
            .findFirst()
            .ifPresent(
                entry -> {
                  insert(entries, entry);
                  restored.add(id);
                });
      }
    }
    return restored;
  }

  private boolean isBeingFreed(CheckpointName id) {
    return seen.freeing().stream()
        .anyMatch(run -> !isDead.test(run) && run.checkpoints().contains(id));
  }

  /** Runs that may be at work, and of others the entries that are still to be put back. */
  private List<Freeing> freeing(Set<CheckpointName> restored) {
    var named = marking.named();
    return seen.freeing().stream()
        .map(
            run ->
                isDead.test(run)
                    ? run.only(id -> named.contains(id) && isBeingFreed(id)).givenUp()
                    : run.only(id -> !restored.contains(id)))
        .filter(run -> !run.checkpoints().isEmpty())
        .toList();
  }

  /** Entries of what goes that runs before have taken out: who takes over keeps them. */
  private List<ObjectNode> takenOver(List<CheckpointName> orphans) {
    return orphans.stream()
        .flatMap(id -> seen.freeing().stream().flatMap(run -> run.entryOf(id).stream()).limit(1))
        .toList();
  }

  private static CheckpointName id(ObjectNode entry) {
    return new CheckpointName(entry.path("id").asText());
  }

  /** By its time, after what it builds on: the last one counts as the latest. */
  private static void insert(List<ObjectNode> entries, ObjectNode entry) {
    var place = 0;
    for (var i = 0; i < entries.size(); i++) {
      var other = entries.get(i);
      if (other.path("id").equals(entry.path("parent")) || !isLater(other, entry)) {
        place = i + 1;
      }
    }
    entries.add(place, entry.deepCopy());
  }

  private static boolean isLater(ObjectNode one, ObjectNode other) {
    return RecoveredEntries.time(one.path("timestamp").asText())
        .isAfter(RecoveredEntries.time(other.path("timestamp").asText()));
  }

  /**
   * Makes {@code referencedBy} say what is so: the Go project goes by it, and who looks for backups
   * need not ask for those that are gone.
   *
   * @return names that were there and mean nothing
   */
  private Set<String> refer(List<ObjectNode> entries) {
    var meant = marking.backups();
    var dropped = new TreeSet<String>();
    for (var entry : entries) {
      var names = new LinkedHashSet<String>();
      entry.path("referencedBy").forEach(name -> names.add(name.asText("")));
      names.stream().filter(name -> !meant.contains(name)).forEach(dropped::add);
      names.removeIf(name -> !meant.contains(name));
      manifests.stream()
          .filter(manifest -> names(manifest, entry))
          .forEach(manifest -> names.add(manifest.backup().value()));
      if (!holds(entry.get("referencedBy"), names)) {
        var references = entry.putArray("referencedBy");
        names.forEach(references::add);
      }
    }
    return dropped;
  }

  private static boolean names(Manifest manifest, ObjectNode entry) {
    return manifest.chain().stream().anyMatch(id -> id.value().equals(entry.path("id").asText()));
  }

  private static boolean holds(@Nullable JsonNode present, Set<String> names) {
    return present instanceof ArrayNode array
        ? array.size() == names.size() && names.equals(textsOf(array))
        : names.isEmpty();
  }

  private static Set<String> textsOf(ArrayNode array) {
    var texts = new HashSet<String>();
    array.forEach(text -> texts.add(text.asText("")));
    return texts;
  }

  /**
   * By the order in which they go: the newest checkpoint first, so that what is left is whole
   * wherever that ends.
   */
  private SequencedMap<CheckpointName, List<ObjectStat>> objects(
      List<CheckpointName> orphans, List<ObjectNode> removed) {
    var objects = new LinkedHashMap<CheckpointName, List<ObjectStat>>();
    removed.reversed().forEach(json -> objects.put(id(json), objects(id(json))));
    orphans.forEach(id -> objects.put(id, objects(id)));
    objects.values().removeIf(List::isEmpty);
    return objects;
  }

  /** The record goes first: without it nobody makes an entry of what is half gone. */
  private List<ObjectStat> objects(CheckpointName going) {
    return folder.of(going).objects().stream()
        .sorted(
            Comparator.comparing((ObjectStat stat) -> !isRecord(stat))
                .thenComparing(ObjectStat::key))
        .toList();
  }

  private boolean isRecord(ObjectStat stat) {
    return root.recordedCheckpoint(index.vm(), stat.key()).isPresent();
  }

  /** Those of checkpoints that go, and of others those that nobody goes on with any more. */
  private List<MultipartUpload> uploads(Set<CheckpointName> going) {
    var uploads = new ArrayList<MultipartUpload>();
    folder
        .checkpoints()
        .forEach(
            (id, held) -> {
              if (going.contains(id) || !held.isYoungerThan(limit)) {
                uploads.addAll(held.uploads());
              }
            });
    folder.uploads().stream().filter(this::isOld).forEach(uploads::add);
    return uploads;
  }

  private boolean isOld(MultipartUpload upload) {
    return !upload.initiated().isAfter(limit);
  }

  private boolean leavesNothing(List<ObjectNode> entries, Set<CheckpointName> going) {
    return entries.isEmpty()
        && manifests.isEmpty()
        && going.containsAll(folder.checkpoints().keySet())
        && folder.uploads().stream().allMatch(this::isOld)
        && (!going.isEmpty() || folder.objects().stream().anyMatch(this::isIndex));
  }

  /** Whether there is something that no backup needs and that does not go now. */
  private boolean hasMore(List<Freeing> freeing, boolean leavesNothing) {
    var isThere =
        !folder.checkpoints().isEmpty()
            || !folder.uploads().isEmpty()
            || folder.objects().stream().anyMatch(this::isIndex);
    return !needed.containsAll(kept)
        || !freeing.isEmpty()
        || (needed.isEmpty() && isThere && !leavesNothing);
  }

  private boolean isIndex(ObjectStat stat) {
    return RepositoryRoot.isIndex(root.key(RepositoryRoot.indexPath(index.vm())), stat.key());
  }

  private List<CheckpointName> lost(Set<CheckpointName> restored) {
    return marking.named().stream()
        .filter(id -> index.find(id).isEmpty() && !restored.contains(id))
        .sorted()
        .toList();
  }
}
