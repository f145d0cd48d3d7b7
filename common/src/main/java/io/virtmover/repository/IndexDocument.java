// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoredObject;
import io.virtmover.objectstore.WriteCondition;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code index.json} as it was read: what it says, whatever else it holds, and the version that a
 * change must find unchanged.
 */
public final class IndexDocument {
  private static final List<String> KEYS =
      List.of("vmName", "namespace", "checkpoints", "lastUpdated", Freeing.KEY);
  private static final String REMEDY = "Rebuild it with 'virtmover rebuild-index'.";

  private final VmIndex index;
  private final ObjectNode json;
  private final List<ObjectNode> entries;
  private final List<Freeing> freeing;
  private final Optional<String> etag;
  private final Map<String, String> metadata;

  private IndexDocument(
      VmIndex index,
      ObjectNode json,
      List<ObjectNode> entries,
      List<Freeing> freeing,
      Optional<String> etag,
      Map<String, String> metadata) {
    this.index = index;
    this.json = json;
    this.entries = entries;
    this.freeing = freeing;
    this.etag = etag;
    this.metadata = metadata;
  }

  /** The index of a VM that has none yet. */
  static IndexDocument none(VmRef vm) {
    return new IndexDocument(
        new VmIndex(vm, List.of()),
        GoJson.object(),
        List.of(),
        List.of(),
        Optional.empty(),
        Map.of());
  }

  /**
   * Reads an index.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} for anything that is not one
   */
  static IndexDocument read(VmRef vm, StoredObject object) {
    var stat = object.stat();
    var json = GoJson.read(stat.key(), object.content(), REMEDY);
    return of(vm, stat.key(), json, Optional.of(stat.etag()), stat.metadata());
  }

  private static IndexDocument of(
      VmRef vm, String key, ObjectNode json, Optional<String> etag, Map<String, String> metadata) {
    var fields = Fields.of(key, json, REMEDY);
    var checkpoints = fields.objects("checkpoints");
    var index =
        new VmIndex(vm, checkpoints.stream().map(entry -> EntryCodec.read(vm, entry)).toList());
    var seen = new HashSet<CheckpointName>();
    for (var checkpoint : index.checkpoints()) {
      if (!seen.add(checkpoint.id())) {
        throw GoJson.unreadable(
            key, "checkpoint %s is listed twice".formatted(checkpoint.id()), REMEDY, null);
      }
    }
    return new IndexDocument(
        index,
        fields.spelled(KEYS),
        checkpoints.stream().map(EntryCodec::spelled).toList(),
        fields.objects(Freeing.KEY).stream().map(one -> Freeing.read(vm, one)).toList(),
        etag,
        metadata);
  }

  /** What it says. */
  public VmIndex index() {
    return index;
  }

  ObjectNode json() {
    return json;
  }

  /** The checkpoints with whatever else they hold, as copies, in their order. */
  List<ObjectNode> entries() {
    return entries.stream().map(ObjectNode::deepCopy).toList();
  }

  /** What collectors are taking away. */
  List<Freeing> freeing() {
    return freeing;
  }

  /** Whether a collector takes a checkpoint's objects away. */
  boolean isFreeing(CheckpointName checkpoint) {
    return freeing.stream().anyMatch(one -> one.checkpoints().contains(checkpoint));
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /** The version that was read; empty if there was none. */
  Optional<String> etag() {
    return etag;
  }

  /** When it was written; the epoch if it does not say. */
  Instant changed() {
    try {
      return GoFormat.parseTime(json.path("lastUpdated").asText(""));
    } catch (DateTimeException e) {
      return Instant.EPOCH;
    }
  }

  WriteCondition unchanged() {
    return etag.map(WriteCondition::ifUnchanged).orElse(WriteCondition.ifAbsent());
  }

  /** The index with the checkpoint as its last one, and the backup's name along the chain. */
  IndexDocument withCheckpoint(CheckpointRecord record, BackupName backup, Instant now) {
    var changed = new ArrayList<>(entries());
    if (index.find(record.id()).isEmpty()) {
      changed.add(EntryCodec.write(record));
    }
    EntryCodec.reference(changed, record.id(), backup);
    return withEntries(changed, now);
  }

  /** The index with these checkpoints; what it holds beside the format's keys is kept. */
  IndexDocument withEntries(Collection<ObjectNode> changed, Instant now) {
    return with(changed, freeing, now);
  }

  /** The index with these checkpoints, and with these being taken away. */
  IndexDocument with(Collection<ObjectNode> changed, List<Freeing> freed, Instant now) {
    var document = GoJson.object();
    document.put("vmName", index.vm().name()).put("namespace", index.vm().namespace());
    document.putArray("checkpoints").addAll(changed);
    document.put("lastUpdated", GoFormat.time(now));
    if (!freed.isEmpty()) {
      var runs = document.putArray(Freeing.KEY);
      freed.forEach(run -> runs.add(run.json()));
    }
    json.properties().stream()
        .filter(field -> !KEYS.contains(field.getKey()))
        .forEach(field -> document.set(field.getKey(), field.getValue()));
    return of(index.vm(), "The changed index of VM " + index.vm(), document, etag, metadata);
  }
}
