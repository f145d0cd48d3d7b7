// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoredObject;
import io.virtmover.objectstore.WriteCondition;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The list of a backup's VMs, {@code manifests/<backup>/index.json}. All VMs of a backup write it,
 * possibly hundreds at once, so races are expected here and are not lost for good.
 */
final class BackupList {
  private static final int RACES = 60;
  private static final String REMEDY =
      "It only lists the VMs of a backup: move it away and run the backup again.";
  private static final List<String> KEYS = List.of("backupName", "timestamp", "vms");
  private static final List<String> VM_KEYS =
      List.of("name", "namespace", "checkpointId", "manifestPath");

  private final Documents documents;
  private final RepositoryRoot root;
  private final Clock clock;

  BackupList(Documents documents, RepositoryRoot root, Clock clock) {
    this.documents = documents;
    this.root = root;
    this.clock = clock;
  }

  /** Enters the VM; one that is there already is replaced. */
  void add(CheckpointRecord record, Manifest manifest) {
    var key = root.key(RepositoryRoot.backupIndexPath(manifest.backup()));
    var entry = entry(record, manifest);
    // Most backups hold one VM, and the first of several writes first: no need to look.
    if (create(key, manifest, entry)) {
      return;
    }
    for (var race = 0; race < RACES; race++) {
      var present = documents.store().get(key, GoJson.LIMIT);
      if (present.isEmpty() ? create(key, manifest, entry) : merge(present.get(), entry)) {
        return;
      }
      Documents.pauseAfter(race);
    }
    throw new VirtMoverException(
        FailureKind.UNAVAILABLE,
        "%s kept changing while this backup wanted to enter itself; run it again.".formatted(key));
  }

  /**
   * The entries of the list; empty if there is none.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if there is a list that cannot be read, so
   *     that {@link #add} would fail
   */
  Optional<List<Fields>> read(BackupName backup) {
    return documents
        .store()
        .get(root.key(RepositoryRoot.backupIndexPath(backup)), GoJson.LIMIT)
        .map(BackupList::vms);
  }

  /**
   * Takes a VM out; the list goes with its last one.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if there is a list that cannot be read
   */
  void remove(BackupName backup, VmRef vm) {
    var key = root.key(RepositoryRoot.backupIndexPath(backup));
    for (var race = 0; race < RACES; race++) {
      var present = documents.store().get(key, GoJson.LIMIT);
      if (present.isEmpty() || isRemoved(present.get(), vm)) {
        return;
      }
      Documents.pauseAfter(race);
    }
    throw new VirtMoverException(
        FailureKind.UNAVAILABLE,
        "%s kept changing while a VM was to be taken out of it; run it again.".formatted(key));
  }

  private boolean isRemoved(StoredObject object, VmRef vm) {
    var key = object.stat().key();
    var fields = Fields.of(key, GoJson.read(key, object.content(), REMEDY), REMEDY);
    var json = fields.spelled(KEYS);
    var vms = json.putArray("vms");
    var all = fields.objects("vms");
    all.stream().filter(listed -> !isOf(listed, vm)).forEach(one -> vms.add(one.spelled(VM_KEYS)));
    if (vms.isEmpty()) {
      documents.store().delete(key);
      return true;
    }
    var unchanged = WriteCondition.ifUnchanged(object.stat().etag());
    return vms.size() == all.size()
        || documents.write(key, json, unchanged, object.stat().metadata());
  }

  private static boolean isOf(Fields listed, VmRef vm) {
    return listed.text("name").filter(vm.name()::equals).isPresent()
        && listed.text("namespace").filter(vm.namespace()::equals).isPresent();
  }

  private static List<Fields> vms(StoredObject object) {
    var key = object.stat().key();
    return Fields.of(key, GoJson.read(key, object.content(), REMEDY), REMEDY).objects("vms");
  }

  private boolean create(String key, Manifest manifest, ObjectNode entry) {
    var json = GoJson.object();
    json.put("backupName", manifest.backup().value());
    json.put("timestamp", GoFormat.time(clock.instant()));
    json.putArray("vms").add(entry);
    return documents.write(key, json, WriteCondition.ifAbsent(), Map.of());
  }

  private boolean merge(StoredObject object, ObjectNode entry) {
    var key = object.stat().key();
    var fields = Fields.of(key, GoJson.read(key, object.content(), REMEDY), REMEDY);
    var json = fields.spelled(KEYS);
    var vms = json.putArray("vms");
    fields.objects("vms").forEach(vm -> vms.add(vm.spelled(VM_KEYS)));
    if (!put(vms, entry)) {
      return true;
    }
    var unchanged = WriteCondition.ifUnchanged(object.stat().etag());
    return documents.write(key, json, unchanged, object.stat().metadata());
  }

  /** False if the very same entry is there already. */
  private static boolean put(ArrayNode vms, ObjectNode entry) {
    for (var i = 0; i < vms.size(); i++) {
      if (isSameVm(vms.get(i), entry)) {
        var isNew = !entry.equals(vms.get(i));
        vms.set(i, entry);
        return isNew;
      }
    }
    vms.add(entry);
    return true;
  }

  private static boolean isSameVm(JsonNode one, JsonNode other) {
    return one.path("name").equals(other.path("name"))
        && one.path("namespace").equals(other.path("namespace"));
  }

  private static ObjectNode entry(CheckpointRecord record, Manifest manifest) {
    return GoJson.object()
        .put("name", record.vm().name())
        .put("namespace", record.vm().namespace())
        .put("checkpointId", record.id().value())
        .put("manifestPath", RepositoryRoot.manifestPath(manifest.backup(), record.vm()));
  }
}
