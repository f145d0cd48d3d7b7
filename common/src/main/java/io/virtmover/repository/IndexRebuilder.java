// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.StoredObject;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a VM's index anew from its checkpoint records. What a readable old index has besides is
 * kept; an unreadable one is set aside under another name first. The manifests of recovered
 * checkpoints are written again where they are missing.
 */
public final class IndexRebuilder {
  /**
   * What was done.
   *
   * @param setAside key under which the unreadable old index is kept
   * @param recovered checkpoints the old index did not have
   * @param incomplete checkpoints left out because an image is missing or their parent is
   */
  public record Report(
      List<CheckpointName> checkpoints,
      List<CheckpointName> recovered,
      List<CheckpointName> incomplete,
      List<String> manifests,
      Optional<String> setAside) {}

  private static final String RECORD = "/checkpoint.json";

  private final VmRepository repository;
  private final ObjectStore store;
  private final RepositoryRoot root;
  private final Clock clock;

  public IndexRebuilder(VmRepository repository, Clock clock) {
    this.repository = repository;
    this.store = repository.store();
    this.root = repository.root();
    this.clock = clock;
  }

  /**
   * Rebuilds the index.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if the VM has no checkpoint records
   */
  public Report rebuild() {
    var key = root.key(RepositoryRoot.indexPath(repository.vm()));
    var objects = repository.objects();
    var records = records(objects);
    var old = store.get(key, GoJson.LIMIT);
    var readable = old.flatMap(this::readable);
    if (records.isEmpty() && readable.isEmpty()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "VM %s has no checkpoint record below %s; there is nothing to rebuild an index from."
              .formatted(repository.vm(), root.key(RepositoryRoot.vmFolder(repository.vm()))));
    }
    var setAside =
        old.isPresent() && readable.isEmpty()
            ? Optional.of(setAside(old.get()))
            : Optional.<String>empty();
    var entries = new LinkedHashMap<CheckpointName, ObjectNode>();
    readable.ifPresent(
        index -> index.checkpoints().forEach(entry -> entries.put(entry.id(), entry.json())));
    var recovered = new ArrayList<CheckpointName>();
    var incomplete = new ArrayList<CheckpointName>();
    for (var record : records) {
      if (entries.containsKey(record.id())) {
        continue;
      }
      if (isComplete(record, objects, entries)) {
        entries.put(record.id(), Publisher.entry(record));
        recovered.add(record.id());
      } else {
        incomplete.add(record.id());
      }
    }
    var index = write(key, entries, records, old);
    return new Report(
        List.copyOf(entries.keySet()),
        recovered,
        incomplete,
        writeManifests(records, recovered, index),
        setAside);
  }

  private Optional<VmIndex> readable(StoredObject object) {
    try {
      return Optional.of(VmIndex.read(repository.vm(), object));
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }

  private List<CheckpointRecord> records(Map<String, ObjectStat> objects) {
    return objects.keySet().stream()
        .filter(key -> key.endsWith(RECORD))
        .sorted()
        .map(key -> store.get(key, GoJson.LIMIT))
        .flatMap(Optional::stream)
        .map(CheckpointRecord::read)
        .filter(record -> record.vm().equals(repository.vm()))
        .sorted(Comparator.comparing(CheckpointRecord::timestamp))
        .toList();
  }

  private boolean isComplete(
      CheckpointRecord record,
      Map<String, ObjectStat> objects,
      Map<CheckpointName, ObjectNode> entries) {
    var hasParent = record.parent().map(entries::containsKey).orElse(true);
    return hasParent
        && record.disks().stream()
            .allMatch(
                disk -> {
                  var stat = objects.get(root.key(disk.objectPath()));
                  return stat != null && stat.size() == disk.objectSize();
                });
  }

  private String setAside(StoredObject old) {
    var key =
        root.key(RepositoryRoot.vmFolder(repository.vm()))
            + "index.json.unreadable-"
            + clock.instant().toEpochMilli();
    var bytes = new byte[old.content().remaining()];
    old.content().get(bytes);
    var _ = store.put(key, PartBody.of(bytes), WriteCondition.always(), Map.of());
    return key;
  }

  private VmIndex write(
      String key,
      Map<CheckpointName, ObjectNode> entries,
      List<CheckpointRecord> records,
      Optional<StoredObject> old) {
    var json = GoJson.object();
    json.put("vmName", repository.vm().name()).put("namespace", repository.vm().namespace());
    var list = json.putArray("checkpoints");
    entries.values().forEach(list::add);
    json.put("lastUpdated", GoFormat.time(clock.instant()));
    for (var record : records) {
      Publisher.reference(list, record.id(), record.backup());
    }
    var condition =
        old.map(object -> WriteCondition.ifUnchanged(object.stat().etag()))
            .orElse(WriteCondition.ifAbsent());
    var bytes = GoJson.write(json);
    if (store.put(key, PartBody.of(bytes), condition, Map.of()) instanceof WriteOutcome.Written) {
      return VmIndex.read(
          repository.vm(),
          new StoredObject(
              new ObjectStat(key, bytes.length, "", clock.instant(), Map.of()),
              ByteBuffer.wrap(bytes)));
    }
    throw new VirtMoverException(
        FailureKind.CONFLICT,
        "The index of VM %s changed while it was rebuilt; wait for the backup that runs and try again."
            .formatted(repository.vm()));
  }

  /** Only of what was lost: a known checkpoint without a manifest belongs to a deleted backup. */
  private List<String> writeManifests(
      List<CheckpointRecord> records, List<CheckpointName> recovered, VmIndex index) {
    var written = new ArrayList<String>();
    for (var record : records) {
      if (!recovered.contains(record.id())) {
        continue;
      }
      var chain = index.chainOf(record.id()).stream().map(CheckpointEntry::id).toList();
      var manifest = new Manifest(repository.vm(), record.backup(), chain);
      var key = root.key(RepositoryRoot.manifestPath(record.backup(), repository.vm()));
      if (store.stat(key).isEmpty()
          && store.put(
                  key,
                  PartBody.of(GoJson.write(manifest.toJson(clock.instant()))),
                  WriteCondition.ifAbsent(),
                  Map.of())
              instanceof WriteOutcome.Written) {
        written.add(record.backup().value());
      }
    }
    return written;
  }
}
