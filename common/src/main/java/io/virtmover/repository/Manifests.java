// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.StoredObject;
import io.virtmover.objectstore.WriteCondition;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The manifests of one VM: {@code manifests/<backup>/<namespace>-<vm>.json}. */
final class Manifests {
  private static final String REMEDY = "Rebuild it with 'virtmover rebuild-index'.";

  private final ObjectStore store;
  private final RepositoryRoot root;
  private final VmRef vm;

  Manifests(ObjectStore store, RepositoryRoot root, VmRef vm) {
    this.store = store;
    this.root = root;
    this.vm = vm;
  }

  String key(BackupName backup) {
    return root.key(RepositoryRoot.manifestPath(backup, vm));
  }

  /** This VM's manifest; that of another VM with the same key counts as absent. */
  Optional<Manifest> find(BackupName backup) {
    return findAny(backup).filter(manifest -> manifest.vm().equals(vm));
  }

  /**
   * The manifest that has this VM's key, which namespace and name make by a hyphen: it can be
   * another VM's.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} for anything that is not a manifest
   */
  Optional<Manifest> findAny(BackupName backup) {
    return store.get(key(backup), GoJson.LIMIT).map(object -> read(backup, object));
  }

  /**
   * The VM that a manifest names.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} for anything that is not a manifest
   */
  static Optional<VmRef> vmOf(StoredObject object) {
    var key = object.stat().key();
    var fields = Fields.of(key, GoJson.read(key, object.content(), REMEDY), REMEDY);
    return VmRepository.vm(fields.text("namespace").orElse(""), fields.text("name").orElse(""));
  }

  /** Writes it if there is none of its key; false if there is. */
  boolean write(Manifest manifest, Instant now) {
    return write(manifest, now, WriteCondition.ifAbsent());
  }

  /** Writes it if the condition holds; false if it does not. */
  boolean write(Manifest manifest, Instant now, WriteCondition condition) {
    return new Documents(store)
        .write(key(manifest.backup()), json(manifest, now), condition, Map.of());
  }

  private static ObjectNode json(Manifest manifest, Instant now) {
    var json = GoJson.object();
    json.put("namespace", manifest.vm().namespace()).put("name", manifest.vm().name());
    var ids = json.putArray("checkpointChain");
    manifest.chain().forEach(id -> ids.add(id.value()));
    json.put("backupName", manifest.backup().value()).put("timestamp", GoFormat.time(now));
    return json;
  }

  private Manifest read(BackupName backup, StoredObject object) {
    var key = object.stat().key();
    var fields = Fields.of(key, GoJson.read(key, object.content(), REMEDY), REMEDY);
    var chain = fields.list("checkpointChain", (where, value) -> id(fields, where, value));
    if (chain.isEmpty() || chain.stream().distinct().count() != chain.size()) {
      throw fields.wrong("checkpointChain", "is empty or names a checkpoint twice");
    }
    return new Manifest(vm(fields), backup, chain);
  }

  private VmRef vm(Fields fields) {
    var namespace = fields.text("namespace").filter(text -> !text.isEmpty());
    var name = fields.text("name").filter(text -> !text.isEmpty());
    try {
      return new VmRef(namespace.orElse(vm.namespace()), name.orElse(vm.name()));
    } catch (VirtMoverException e) {
      throw fields.wrong("name", "is not the name of a VM");
    }
  }

  /** A name, or a whole checkpoint as early uploaders wrote it. */
  private static CheckpointName id(Fields fields, String where, JsonNode value) {
    var text =
        value instanceof ObjectNode object
            ? new Fields(fields.key(), where + ".", object, REMEDY).requiredText("id")
            : value.asText("");
    try {
      return new CheckpointName(value.isObject() || value.isTextual() ? text : "");
    } catch (VirtMoverException e) {
      throw fields.wrong(where, "is not a checkpoint's name");
    }
  }
}
