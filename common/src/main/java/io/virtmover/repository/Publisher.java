// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a checkpoint visible whose images are already there: checkpoint record, tracker, index,
 * manifest list, manifest, in this order. Each step can be repeated; a crash after any of them
 * leaves the old restore points or the new one.
 */
public final class Publisher {
  private static final int RACES = 8;

  private final VmRepository repository;
  private final ObjectStore store;
  private final RepositoryRoot root;
  private final Clock clock;
  private final boolean conditional;

  private Publisher(VmRepository repository, Clock clock, boolean conditional) {
    this.repository = repository;
    this.store = repository.store();
    this.root = repository.root();
    this.clock = clock;
    this.conditional = conditional;
  }

  /**
   * Prepares publishing; tells whether the store guards against a second writer.
   *
   * @param index the VM's index as the backup found it
   * @param singleWriter whether the caller vouches that nobody else writes
   * @throws VirtMoverException {@code UNSUPPORTED} if neither does
   */
  public static Publisher of(
      VmRepository repository, VmIndex index, Clock clock, boolean singleWriter) {
    var conditional =
        StoreCapabilities.isMarked(repository.store(), index.metadata())
            || StoreCapabilities.honoursConditions(repository.store(), repository.root());
    if (!conditional && !singleWriter) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "%s does not honour conditional writes, so two backups of one VM could destroy each other's"
                  .formatted(repository.store().displayName())
              + " index. If nothing else writes to it, say so with --single-writer.");
    }
    return new Publisher(repository, clock, conditional);
  }

  /** Whether writes of this publisher lose against another writer instead of overwriting it. */
  public boolean isConditional() {
    return conditional;
  }

  /**
   * Publishes.
   *
   * @param seen the index as the backup found it
   * @throws VirtMoverException {@code CONFLICT} if another backup of the VM was published meanwhile
   */
  public Manifest publish(CheckpointRecord record, VmIndex seen) {
    var index = enter(record, seen);
    var chain = index.chainOf(record.id()).stream().map(CheckpointEntry::id).toList();
    addToBackup(record);
    return writeManifest(new Manifest(repository.vm(), record.backup(), chain));
  }

  /** Up to the index nothing refers to the checkpoint, so a failure takes back what was written. */
  private VmIndex enter(CheckpointRecord record, VmIndex seen) {
    var created = new ArrayList<String>();
    try {
      created.addAll(writeRecord(record));
      created.add(writeTracker(record));
      return writeIndex(record, seen);
    } catch (VirtMoverException e) {
      if (e.kind() == FailureKind.CONFLICT) {
        withdraw(record.id(), created);
      }
      throw e;
    }
  }

  private List<String> writeRecord(CheckpointRecord record) {
    var key = root.key(RepositoryRoot.recordPath(repository.vm(), record.id()));
    if (write(key, record.toJson(), WriteCondition.ifAbsent(), Map.of())) {
      return List.of(key);
    }
    var before = repository.readRecord(record.id());
    if (before.filter(record::describesTheSame).isEmpty()) {
      throw new VirtMoverException(
          FailureKind.CONFLICT,
          "Checkpoint %s of VM %s was stored before, from something else (attempt %s); a checkpoint's"
                  .formatted(
                      record.id(),
                      repository.vm(),
                      before.map(CheckpointRecord::attempt).orElse("unknown"))
              + " name is never used twice.");
    }
    return List.of();
  }

  private String writeTracker(CheckpointRecord record) {
    var tracker = GoJson.object();
    tracker
        .putObject("metadata")
        .put("name", "vmbt-" + repository.vm().name())
        .put("namespace", repository.vm().namespace());
    tracker
        .putObject("spec")
        .putObject("source")
        .put("apiGroup", "kubevirt.io")
        .put("kind", "VirtualMachine")
        .put("name", repository.vm().name());
    tracker.putObject("status").putObject("latestCheckpoint").put("name", record.id().value());
    var key = root.key(RepositoryRoot.trackerPath(repository.vm(), record.id()));
    var _ = write(key, tracker, WriteCondition.always(), Map.of());
    return key;
  }

  private VmIndex writeIndex(CheckpointRecord record, VmIndex seen) {
    var index = seen;
    for (var race = 0; race < RACES; race++) {
      if (index.find(record.id()).isPresent() && isReferenced(index, record)) {
        return index;
      }
      checkNotOvertaken(record, seen, index);
      var changed = withCheckpoint(index, record);
      var key = root.key(RepositoryRoot.indexPath(repository.vm()));
      var metadata = conditional ? StoreCapabilities.mark(store) : Map.<String, String>of();
      var won = write(key, changed, index.unchanged(), metadata);
      if (won) {
        return VmIndex.read(repository.vm(), GoDocuments.stored(key, changed));
      }
      index = repository.readIndex();
    }
    throw new VirtMoverException(
        FailureKind.CONFLICT,
        "The index of VM %s kept changing while this backup wanted to enter itself; run it again."
            .formatted(repository.vm()));
  }

  private void checkNotOvertaken(CheckpointRecord record, VmIndex seen, VmIndex now) {
    var before = seen.latest().map(CheckpointEntry::id);
    var after = now.latest().map(CheckpointEntry::id);
    if (!before.equals(after) && after.filter(record.id()::equals).isEmpty()) {
      throw new VirtMoverException(
          FailureKind.CONFLICT,
          "Checkpoint %s of VM %s was published by another backup while %s was being made; nothing of"
                  .formatted(
                      after.map(CheckpointName::value).orElse("(none)"),
                      repository.vm(),
                      record.id())
              + " it was kept. Only one backup of a VM may run at a time.");
    }
  }

  private static boolean isReferenced(VmIndex index, CheckpointRecord record) {
    return index.chainOf(record.id()).stream()
        .allMatch(entry -> entry.referencedBy().contains(record.backup().value()));
  }

  /** The index with the checkpoint as its last one, and the backup's name along the chain. */
  ObjectNode withCheckpoint(VmIndex index, CheckpointRecord record) {
    var now = GoFormat.time(clock.instant());
    var json = GoJson.object();
    json.put("vmName", repository.vm().name()).put("namespace", repository.vm().namespace());
    var list = json.putArray("checkpoints");
    index.checkpoints().forEach(checkpoint -> list.add(checkpoint.json().deepCopy()));
    if (index.find(record.id()).isEmpty()) {
      list.add(entry(record));
    }
    json.put("lastUpdated", now);
    index.json().properties().stream()
        .filter(field -> !json.has(field.getKey()))
        .forEach(field -> json.set(field.getKey(), field.getValue()));
    reference(list, record.id(), record.backup());
    return json;
  }

  static void reference(ArrayNode checkpoints, CheckpointName id, BackupName backup) {
    var wanted = Optional.of(id.value());
    for (var guard = 0; wanted.isPresent() && guard <= checkpoints.size(); guard++) {
      var name = wanted.get();
      wanted = Optional.empty();
      for (var node : checkpoints) {
        if (node instanceof ObjectNode checkpoint && name.equals(node.path("id").asText())) {
          addReference(checkpoint, backup);
          wanted = Optional.ofNullable(checkpoint.path("parent").textValue());
        }
      }
    }
  }

  private static void addReference(ObjectNode checkpoint, BackupName backup) {
    var references =
        checkpoint.get("referencedBy") instanceof ArrayNode present
            ? present
            : checkpoint.putArray("referencedBy");
    for (var reference : references) {
      if (backup.value().equals(reference.asText())) {
        return;
      }
    }
    references.add(backup.value());
  }

  static ObjectNode entry(CheckpointRecord record) {
    var disks =
        record.disks().stream()
            .sorted(Comparator.comparing(CheckpointRecord.Disk::fileName))
            .toList();
    var json = GoJson.object();
    json.put("id", record.id().value()).put("type", record.type().spelling());
    if (record.type() == BackupType.INCREMENTAL) {
      record.parent().ifPresent(parent -> json.put("parent", parent.value()));
    }
    json.put("timestamp", record.timestamp()).put("vmBackup", record.vmBackup());
    var files = json.putArray("files");
    for (var disk : disks) {
      files
          .addObject()
          .put("filename", disk.fileName())
          .put("diskName", disk.volume().value())
          .put("size", disk.objectSize())
          .put("objectPath", disk.objectPath());
    }
    var pvcs = json.putArray("pvcs");
    disks.forEach(disk -> pvcs.add(disk.pvc()));
    var sizes = json.putArray("pvcSizes");
    disks.forEach(disk -> sizes.add(GoFormat.quantity(disk.virtualSize())));
    json.putArray("referencedBy");
    json.put("vmbtObjectPath", RepositoryRoot.trackerPath(record.vm(), record.id()));
    return json;
  }

  private void addToBackup(CheckpointRecord record) {
    var key = root.key(RepositoryRoot.backupIndexPath(record.backup()));
    var fresh = GoJson.object();
    fresh.put("backupName", record.backup().value());
    fresh.put("timestamp", GoFormat.time(clock.instant()));
    fresh.putArray("vms").add(vmEntry(record));
    var json = fresh;
    var condition = WriteCondition.ifAbsent();
    for (var race = 0; race < RACES; race++) {
      if (conditional || race > 0) {
        if (write(key, json, condition, Map.of())) {
          return;
        }
      }
      var present = store.get(key, GoJson.LIMIT);
      if (present.isEmpty()) {
        json = fresh;
        condition = WriteCondition.ifAbsent();
        continue;
      }
      json =
          GoJson.read(key, present.get().content(), "Rebuild it with 'virtmover rebuild-index'.");
      condition = WriteCondition.ifUnchanged(present.get().stat().etag());
      if (!addVm(json, record)) {
        return;
      }
    }
    throw new VirtMoverException(
        FailureKind.CONFLICT, "%s kept changing; run the backup again.".formatted(key));
  }

  private boolean addVm(ObjectNode json, CheckpointRecord record) {
    var wanted = vmEntry(record);
    var vms = json.get("vms") instanceof ArrayNode present ? present : json.putArray("vms");
    for (var i = 0; i < vms.size(); i++) {
      var isOurs =
          vms.get(i).path("name").asText().equals(repository.vm().name())
              && vms.get(i).path("namespace").asText().equals(repository.vm().namespace());
      if (isOurs) {
        if (vms.get(i).equals(wanted)) {
          return false;
        }
        vms.set(i, wanted);
        return true;
      }
    }
    vms.add(wanted);
    return true;
  }

  private ObjectNode vmEntry(CheckpointRecord record) {
    return GoJson.object()
        .put("name", repository.vm().name())
        .put("namespace", repository.vm().namespace())
        .put("checkpointId", record.id().value())
        .put("manifestPath", RepositoryRoot.manifestPath(record.backup(), repository.vm()));
  }

  private Manifest writeManifest(Manifest manifest) {
    var key = root.key(RepositoryRoot.manifestPath(manifest.backup(), repository.vm()));
    if (write(key, manifest.toJson(clock.instant()), WriteCondition.ifAbsent(), Map.of())) {
      return manifest;
    }
    var before = repository.readManifest(manifest.backup());
    if (before.filter(manifest::equals).isEmpty()) {
      throw new VirtMoverException(
          FailureKind.CONFLICT,
          "Backup %s of VM %s exists already with another checkpoint; a backup's name is never used"
                  .formatted(manifest.backup(), repository.vm())
              + " twice.");
    }
    return manifest;
  }

  /**
   * False if the condition did not hold. Without conditional writes the object is looked at first.
   */
  private boolean write(
      String key, ObjectNode json, WriteCondition condition, Map<String, String> metadata) {
    var body = PartBody.of(GoJson.write(json));
    if (conditional || condition instanceof WriteCondition.Always) {
      return store.put(key, body, condition, metadata) instanceof WriteOutcome.Written;
    }
    var stat = store.stat(key);
    var holds =
        switch (condition) {
          case WriteCondition.Always() -> true;
          case WriteCondition.IfAbsent() -> stat.isEmpty();
          case WriteCondition.IfUnchanged(var etag) ->
              stat.filter(present -> present.etag().equals(etag)).isPresent();
        };
    return holds
        && store.put(key, body, WriteCondition.always(), metadata) instanceof WriteOutcome.Written;
  }

  /**
   * Removes objects of a backup that was not published.
   *
   * @param keys what this attempt created
   */
  public void withdraw(CheckpointName checkpoint, List<String> keys) {
    if (repository.readIndex().find(checkpoint).isEmpty()) {
      keys.forEach(store::delete);
    }
  }
}
