// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoredObject;
import java.time.Instant;
import java.util.List;

/**
 * What one Velero backup needs for one VM: the chain, full first. Written last; a backup exists
 * when its manifest does.
 */
public record Manifest(VmRef vm, BackupName backup, List<CheckpointName> chain) {
  private static final String REMEDY = "Rebuild it with 'virtmover rebuild-index'.";

  public Manifest {
    chain = List.copyOf(chain);
  }

  ObjectNode toJson(Instant now) {
    var json = GoJson.object();
    json.put("namespace", vm.namespace()).put("name", vm.name());
    var ids = json.putArray("checkpointChain");
    chain.forEach(id -> ids.add(id.value()));
    json.put("backupName", backup.value()).put("timestamp", GoFormat.time(now));
    return json;
  }

  /**
   * Reads a manifest. Its file name joins namespace and name with a hyphen, so two VMs can share
   * it: the VM of the result is the one named inside, and callers compare it with theirs.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} for anything that is not a manifest
   */
  static Manifest read(VmRef wanted, BackupName backup, StoredObject object) {
    var key = object.stat().key();
    var fields = Fields.of(key, GoJson.read(key, object.content(), REMEDY), REMEDY);
    var chain = fields.list("checkpointChain", (where, value) -> id(fields, where, value));
    if (chain.isEmpty() || chain.stream().distinct().count() != chain.size()) {
      throw fields.wrong("checkpointChain", "is empty or names a checkpoint twice");
    }
    return new Manifest(vm(wanted, fields), backup, chain);
  }

  private static VmRef vm(VmRef wanted, Fields fields) {
    var namespace = fields.text("namespace").filter(text -> !text.isEmpty());
    var name = fields.text("name").filter(text -> !text.isEmpty());
    try {
      return new VmRef(namespace.orElse(wanted.namespace()), name.orElse(wanted.name()));
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
