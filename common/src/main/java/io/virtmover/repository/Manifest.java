// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
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
   * it: the names inside decide.
   */
  static Manifest read(VmRef wanted, BackupName backup, StoredObject object) {
    var key = object.stat().key();
    var fields = Fields.of(key, GoJson.read(key, object.content(), REMEDY), REMEDY);
    var namespace = fields.text("namespace").orElse("");
    var name = fields.text("name").orElse("");
    if (!namespace.equals(wanted.namespace()) || !name.equals(wanted.name())) {
      throw fields.wrong("name", "is that of another VM (%s/%s)".formatted(namespace, name));
    }
    var chain =
        fields.list(
            "checkpointChain",
            (where, value) -> {
              var id = value.isObject() ? value.path("id") : value;
              if (!id.isTextual() || id.textValue().isEmpty()) {
                throw fields.wrong(where, "is not a checkpoint's name");
              }
              return new CheckpointName(id.textValue());
            });
    if (chain.isEmpty() || chain.stream().distinct().count() != chain.size()) {
      throw fields.wrong("checkpointChain", "is empty or names a checkpoint twice");
    }
    return new Manifest(wanted, backup, chain);
  }
}
