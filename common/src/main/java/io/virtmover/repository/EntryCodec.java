// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The checkpoints of {@code index.json}: the keys and their order are those of the Go project's
 * types (docs/repository-format.md).
 */
final class EntryCodec {
  private static final List<String> KEYS =
      List.of(
          "id",
          "type",
          "parent",
          "timestamp",
          "vmBackup",
          "files",
          "pvcs",
          "pvcSizes",
          "referencedBy",
          "vmbObjectPath",
          "vmbtObjectPath");
  private static final List<String> FILE_KEYS =
      List.of("filename", "diskName", "size", "objectPath");

  private EntryCodec() {}

  static CheckpointEntry read(VmRef vm, Fields fields) {
    var id = name(fields, "id", fields.requiredText("id"));
    var parent = fields.text("parent").filter(text -> !text.isEmpty());
    return new CheckpointEntry(
        id,
        type(fields),
        parent.map(text -> name(fields, "parent", text)),
        fields.text("timestamp").orElse(""),
        fields.text("vmBackup").orElse(""),
        fields.objects("files").stream().map(file -> image(vm, id, file)).toList(),
        fields.texts("pvcs"),
        fields.texts("referencedBy").stream().filter(backup -> !backup.isEmpty()).toList());
  }

  static CheckpointName name(Fields fields, String field, String text) {
    try {
      return new CheckpointName(text);
    } catch (VirtMoverException e) {
      throw fields.wrong(field, "is not a checkpoint's name");
    }
  }

  private static BackupType type(Fields fields) {
    try {
      return BackupType.parse(fields.text("type").orElse("full"));
    } catch (VirtMoverException e) {
      throw fields.wrong("type", "is neither Full nor Incremental");
    }
  }

  private static ImageFile image(VmRef vm, CheckpointName id, Fields file) {
    var fileName = file.requiredText("filename");
    var path = file.requiredText("objectPath");
    if (!RepositoryRoot.isImagePath(path, vm, id, fileName)) {
      throw file.wrong("objectPath", "does not belong to this checkpoint: " + path);
    }
    return new ImageFile(
        fileName,
        file.text("diskName").filter(text -> !text.isEmpty()),
        file.numberOr("size", 0),
        path);
  }

  /** An entry as it was read, with whatever else it holds, its keys spelled as here. */
  static ObjectNode spelled(Fields fields) {
    var json = fields.spelled(KEYS);
    var files = GoJson.object().putArray("files");
    fields.objects("files").forEach(file -> files.add(file.spelled(FILE_KEYS)));
    if (json.has("files")) {
      json.set("files", files);
    }
    return json;
  }

  /** A checkpoint that no backup needs yet. */
  static ObjectNode write(CheckpointRecord record) {
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
  static void reference(List<ObjectNode> entries, CheckpointName id, BackupName backup) {
    var wanted = Optional.of(id.value());
    for (var guard = 0; wanted.isPresent() && guard <= entries.size(); guard++) {
      var name = wanted.get();
      wanted = Optional.empty();
      for (var entry : entries) {
        if (name.equals(entry.path("id").asText())) {
          addReference(entry, backup);
          wanted = Optional.ofNullable(entry.path("parent").textValue());
        }
      }
    }
  }

  private static void addReference(ObjectNode entry, BackupName backup) {
    var references =
        entry.get("referencedBy") instanceof ArrayNode present
            ? present
            : entry.putArray("referencedBy");
    for (var reference : references) {
      if (backup.value().equals(reference.asText())) {
        return;
      }
    }
    references.add(backup.value());
  }
}
