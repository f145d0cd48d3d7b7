// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoredObject;
import java.nio.ByteBuffer;
import java.util.Base64;

/** {@code checkpoint.json} (docs/repository-format.md). */
final class RecordCodec {
  static final String REMEDY =
      "Once this object is moved away, its images can still be read without their checksums, but for those of disks that were new in an increment.";
  private static final int FORMAT_VERSION = 1;

  private RecordCodec() {}

  static ObjectNode write(CheckpointRecord record) {
    var json = GoJson.object();
    json.put("formatVersion", FORMAT_VERSION);
    json.put("namespace", record.vm().namespace()).put("vmName", record.vm().name());
    record.vmUid().ifPresent(uid -> json.put("vmUid", uid));
    json.put("id", record.id().value()).put("type", record.type().spelling());
    record.parent().ifPresent(name -> json.put("parent", name.value()));
    json.put("vmBackup", record.vmBackup()).put("timestamp", record.timestamp());
    json.put("backup", record.backup().value());
    record.reason().ifPresent(reason -> json.put("reason", reason.spelling()));
    record.chainDigest().ifPresent(digest -> json.put("chainDigest", digest));
    json.put("attempt", record.attempt()).put("toolVersion", record.toolVersion());
    var list = json.putArray("disks");
    record.disks().forEach(disk -> list.add(write(disk, record.type())));
    return json;
  }

  private static ObjectNode write(CheckpointRecord.Disk disk, BackupType usual) {
    var json = GoJson.object();
    json.put("volume", disk.volume().value());
    if (disk.type() != usual) {
      json.put("type", disk.type().spelling());
    }
    json.put("pvc", disk.pvc());
    disk.pvcUid().ifPresent(uid -> json.put("pvcUid", uid));
    json.put("virtualSize", disk.virtualSize()).put("clusterSize", disk.clusterSize());
    json.put("filename", disk.fileName()).put("objectPath", disk.objectPath());
    json.put("size", disk.objectSize()).put("etag", disk.etag());
    json.put("dataBytes", disk.dataBytes()).put("zeroBytes", disk.zeroBytes());
    json.put("source", disk.source()).put("fingerprint", disk.fingerprint());
    var extents = json.putObject("extents");
    disk.extents().inline().ifPresent(bytes -> extents.put("inline", base64(bytes)));
    disk.extents().path().ifPresent(path -> extents.put("objectPath", path));
    extents.put("size", disk.extents().size());
    extents.put("crc32c", "%08x".formatted(disk.extents().crc32c()));
    return json;
  }

  private static String base64(ByteBuffer bytes) {
    var copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }

  /**
   * Reads a record.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if it is not one, {@code UNSUPPORTED} if a
   *     newer version wrote it
   */
  static CheckpointRecord read(StoredObject object) {
    var key = object.stat().key();
    var fields = Fields.of(key, GoJson.read(key, object.content(), REMEDY), REMEDY);
    var version = fields.number("formatVersion");
    if (version < FORMAT_VERSION) {
      throw fields.wrong("formatVersion", "is below any that there was");
    }
    if (version > FORMAT_VERSION) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "%s has format version %d, this VirtMover reads up to version %d: update VirtMover."
              .formatted(key, version, FORMAT_VERSION));
    }
    try {
      return record(fields);
    } catch (VirtMoverException e) {
      throw e.kind() == FailureKind.INVALID_REQUEST
          ? GoJson.unreadable(key, e.getMessage(), REMEDY, e)
          : e;
    }
  }

  private static CheckpointRecord record(Fields fields) {
    var vm = new VmRef(fields.requiredText("namespace"), fields.requiredText("vmName"));
    var id = new CheckpointName(fields.requiredText("id"));
    var type = BackupType.parse(fields.requiredText("type"));
    return new CheckpointRecord(
        vm,
        fields.text("vmUid"),
        id,
        type,
        fields.text("parent").map(CheckpointName::new),
        fields.text("vmBackup").orElse(""),
        fields.requiredText("timestamp"),
        new BackupName(fields.requiredText("backup")),
        fields.text("reason").map(FullReason::read),
        fields.text("chainDigest"),
        fields.requiredText("attempt"),
        fields.text("toolVersion").orElse(""),
        fields.objects("disks").stream().map(disk -> disk(vm, id, type, disk)).toList());
  }

  private static CheckpointRecord.Disk disk(
      VmRef vm, CheckpointName id, BackupType usual, Fields fields) {
    var fileName = fields.requiredText("filename");
    var path = fields.requiredText("objectPath");
    if (!RepositoryRoot.isImagePath(path, vm, id, fileName)) {
      throw fields.wrong("objectPath", "does not belong to this checkpoint");
    }
    return new CheckpointRecord.Disk(
        new VolumeName(fields.requiredText("volume")),
        fields.text("type").map(BackupType::parse).orElse(usual),
        fields.requiredText("pvc"),
        fields.text("pvcUid"),
        fields.number("virtualSize"),
        (int) Math.min(Integer.MAX_VALUE, fields.number("clusterSize")),
        fileName,
        path,
        fields.number("size"),
        fields.text("etag").orElse(""),
        fields.number("dataBytes"),
        fields.number("zeroBytes"),
        fields.text("source").orElse(""),
        fields.requiredText("fingerprint"),
        extents(
            path,
            fields.object("extents").orElseThrow(() -> fields.wrong("extents", "is missing"))));
  }

  private static ExtentsRef extents(String imagePath, Fields fields) {
    var path = fields.text("objectPath");
    if (path.filter(text -> !text.equals(RepositoryRoot.extentsPath(imagePath))).isPresent()) {
      throw fields.wrong("objectPath", "does not belong to the image");
    }
    try {
      return new ExtentsRef(
          fields.text("inline").map(text -> ByteBuffer.wrap(Base64.getDecoder().decode(text))),
          path,
          fields.number("size"),
          Integer.parseUnsignedInt(fields.requiredText("crc32c"), 16));
    } catch (IllegalArgumentException e) {
      throw fields.wrong("inline or crc32c", "is not what it should be");
    }
  }
}
