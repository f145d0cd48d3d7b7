// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint as a VM's index lists it.
 *
 * @param timestamp RFC 3339, when the entry was written
 * @param pvcs claim names, one per file; may be short in early indexes
 * @param referencedBy Velero backups; may name some that are gone
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
        fields.node());
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
    if (fileName.contains("/") || !path.equals(RepositoryRoot.imagePath(vm, id, fileName))) {
      throw file.wrong("objectPath", "does not belong to this checkpoint: " + path);
    }
    return new ImageFile(
        fileName, file.text("diskName").filter(text -> !text.isEmpty()), file.number("size"), path);
  }

  /** The image of a volume, if this checkpoint has exactly one. */
  public Optional<ImageFile> imageOf(String volume) {
    var named = files.stream().filter(file -> file.diskName().filter(volume::equals).isPresent());
    var exact = named.toList();
    var found = exact.isEmpty() ? files.stream().filter(file -> file.isOf(volume)).toList() : exact;
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  /** Sum of the images' sizes in bytes. */
  public long size() {
    return files.stream().mapToLong(ImageFile::size).sum();
  }
}
