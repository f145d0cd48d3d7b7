// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A checkpoint as a VM's index lists it.
 *
 * @param timestamp RFC 3339, when the entry was written
 * @param pvcs claim names, one per file; may be short in early indexes
 * @param referencedBy Velero backups; may name some that are gone
 * @param json the entry as it was read, with whatever else it holds
 */
public record CheckpointEntry(
    CheckpointName id,
    BackupType type,
    Optional<CheckpointName> parent,
    String timestamp,
    List<ImageFile> files,
    List<String> pvcs,
    List<String> referencedBy,
    ObjectNode json) {

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

  public CheckpointEntry {
    files = List.copyOf(files);
    pvcs = List.copyOf(pvcs);
    referencedBy = List.copyOf(referencedBy);
  }

  static CheckpointEntry read(VmRef vm, Fields fields) {
    var id = name(fields, "id", fields.requiredText("id"));
    var parent = fields.text("parent").filter(text -> !text.isEmpty());
    return new CheckpointEntry(
        id,
        type(fields),
        parent.map(text -> name(fields, "parent", text)),
        fields.text("timestamp").orElse(""),
        fields.objects("files").stream().map(file -> image(vm, id, file)).toList(),
        fields.texts("pvcs"),
        fields.texts("referencedBy").stream().filter(backup -> !backup.isEmpty()).toList(),
        json(fields));
  }

  private static ObjectNode json(Fields fields) {
    var json = fields.spelled(KEYS);
    var files = GoJson.object().putArray("files");
    fields.objects("files").forEach(file -> files.add(file.spelled(FILE_KEYS)));
    if (json.has("files")) {
      json.set("files", files);
    }
    return json;
  }

  private static CheckpointName name(Fields fields, String field, String text) {
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
    if (!RepositoryRoot.isPlainName(fileName)
        || !path.equals(RepositoryRoot.imagePath(vm, id, fileName))) {
      throw file.wrong("objectPath", "does not belong to this checkpoint: " + path);
    }
    return new ImageFile(
        fileName,
        file.text("diskName").filter(text -> !text.isEmpty()),
        file.numberOr("size", 0),
        path);
  }

  /**
   * The image of a volume, if this checkpoint has exactly one: by the name its file should have,
   * then by the recorded disk name, then by the end of the file name as early uploaders need it.
   */
  public Optional<ImageFile> imageOf(String volume) {
    var fileName = json.path("vmBackup").asText() + "-" + volume + ImageFile.ENDING;
    return Stream.<Predicate<ImageFile>>of(
            file -> file.fileName().equals(fileName),
            file -> file.diskName().filter(volume::equals).isPresent(),
            file -> file.endsWith(volume))
        .map(rule -> files.stream().filter(rule).toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .filter(found -> found.size() == 1)
        .map(List::getFirst);
  }

  /** The name under which {@link #imageOf} finds a file. */
  String volumeOf(ImageFile file) {
    var start = json.path("vmBackup").asText() + "-";
    var name = file.fileName();
    var end = name.length() - ImageFile.ENDING.length();
    return name.startsWith(start) && name.endsWith(ImageFile.ENDING) && start.length() < end
        ? name.substring(start.length(), end)
        : file.diskName().orElse(name);
  }

  /** Sum of the images' sizes in bytes. */
  public long size() {
    return files.stream().mapToLong(ImageFile::size).sum();
  }
}
