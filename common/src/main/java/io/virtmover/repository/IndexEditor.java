// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Makes index documents: the keys and their order are those of the Go project's types. */
final class IndexEditor {
  private IndexEditor() {}

  /** The index with the checkpoint as its last one, and the backup's name along the chain. */
  static ObjectNode withCheckpoint(
      VmIndex index, CheckpointRecord record, BackupName backup, Instant now) {
    var entries = GoJson.object().putArray("checkpoints");
    index.checkpoints().forEach(checkpoint -> entries.add(checkpoint.json().deepCopy()));
    if (index.find(record.id()).isEmpty()) {
      entries.add(entry(record));
    }
    reference(entries, record.id(), backup);
    var json = document(index.vm(), entries.valueStream().toList(), now);
    index.copyUnknown(json);
    return json;
  }

  static ObjectNode document(VmRef vm, Collection<? extends JsonNode> entries, Instant now) {
    var json = GoJson.object();
    json.put("vmName", vm.name()).put("namespace", vm.namespace());
    json.putArray("checkpoints").addAll(entries);
    json.put("lastUpdated", GoFormat.time(now));
    return json;
  }

  /** A checkpoint that no backup needs yet. */
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
    json.put("timestamp", GoFormat.time(record.instant())).put("vmBackup", record.vmBackup());
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

  /** Adds the backup's name to a checkpoint and all it builds on. */
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
}
