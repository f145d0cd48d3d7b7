// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoredObject;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The content of {@code checkpoint.json}: everything about a checkpoint, written once. The index
 * and the manifests can be rebuilt from it.
 *
 * @param timestamp RFC 3339
 * @param reason why this is a full although an increment was possible, where that was so
 * @param attempt id of the try that wrote it
 */
public record CheckpointRecord(
    VmRef vm,
    Optional<String> vmUid,
    CheckpointName id,
    BackupType type,
    Optional<CheckpointName> parent,
    String vmBackup,
    String timestamp,
    BackupName backup,
    Optional<String> reason,
    String attempt,
    String toolVersion,
    List<Disk> disks) {
  static final int FORMAT_VERSION = 1;
  static final String REMEDY =
      "Its images can still be read, without their checksums, once this object is moved away.";

  /**
   * A disk's image and what is known about it.
   *
   * @param source {@code push} or {@code pull}
   * @param fingerprint identifies what the image was made from
   */
  public record Disk(
      VolumeName volume,
      String pvc,
      Optional<String> pvcUid,
      long virtualSize,
      int clusterSize,
      String fileName,
      String objectPath,
      long objectSize,
      String etag,
      long dataBytes,
      long zeroBytes,
      String source,
      String fingerprint,
      ExtentsRef extents) {}

  public CheckpointRecord {
    disks = List.copyOf(disks);
    try {
      var _ = GoFormat.parseTime(timestamp);
    } catch (DateTimeException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "'%s' is not a time: write it as RFC 3339 has it.".formatted(timestamp),
          e);
    }
  }

  Instant instant() {
    return GoFormat.parseTime(timestamp);
  }

  Optional<Disk> disk(String fileName) {
    return disks.stream().filter(disk -> disk.fileName().equals(fileName)).findFirst();
  }

  /** Whether another record describes the same images, whoever wrote it. */
  boolean describesTheSame(CheckpointRecord other) {
    return vm.equals(other.vm)
        && id.equals(other.id)
        && type == other.type
        && parent.equals(other.parent)
        && prints().equals(other.prints());
  }

  /** What tells one disk's objects from others: their place, their version, their checksums. */
  private List<String> prints() {
    return disks.stream()
        .map(
            disk ->
                String.join(
                    " ",
                    disk.volume().value(),
                    disk.objectPath(),
                    Long.toString(disk.virtualSize()),
                    Long.toString(disk.objectSize()),
                    disk.etag(),
                    disk.fingerprint(),
                    Long.toString(disk.extents().size()),
                    Integer.toHexString(disk.extents().crc32c())))
        .sorted()
        .toList();
  }

  ObjectNode toJson() {
    var json = GoJson.object();
    json.put("formatVersion", FORMAT_VERSION);
    json.put("namespace", vm.namespace()).put("vmName", vm.name());
    vmUid.ifPresent(uid -> json.put("vmUid", uid));
    json.put("id", id.value()).put("type", type.spelling());
    parent.ifPresent(name -> json.put("parent", name.value()));
    json.put("vmBackup", vmBackup).put("timestamp", timestamp).put("backup", backup.value());
    reason.ifPresent(text -> json.put("reason", text));
    json.put("attempt", attempt).put("toolVersion", toolVersion);
    var list = json.putArray("disks");
    disks.forEach(disk -> list.add(toJson(disk)));
    return json;
  }

  private static ObjectNode toJson(Disk disk) {
    var json = GoJson.object();
    json.put("volume", disk.volume().value()).put("pvc", disk.pvc());
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
    if (version != FORMAT_VERSION) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "%s has format version %d, this program knows %d; use the version that wrote it."
              .formatted(key, version, FORMAT_VERSION));
    }
    try {
      return read(fields);
    } catch (VirtMoverException e) {
      throw e.kind() == FailureKind.INVALID_REQUEST
          ? GoJson.unreadable(key, e.getMessage(), REMEDY, e)
          : e;
    }
  }

  private static CheckpointRecord read(Fields fields) {
    var vm = new VmRef(fields.requiredText("namespace"), fields.requiredText("vmName"));
    var id = new CheckpointName(fields.requiredText("id"));
    return new CheckpointRecord(
        vm,
        fields.text("vmUid"),
        id,
        BackupType.parse(fields.requiredText("type")),
        fields.text("parent").map(CheckpointName::new),
        fields.text("vmBackup").orElse(""),
        fields.requiredText("timestamp"),
        new BackupName(fields.requiredText("backup")),
        fields.text("reason"),
        fields.requiredText("attempt"),
        fields.text("toolVersion").orElse(""),
        fields.objects("disks").stream().map(disk -> disk(vm, id, disk)).toList());
  }

  private static Disk disk(VmRef vm, CheckpointName id, Fields fields) {
    var fileName = fields.requiredText("filename");
    var path = fields.requiredText("objectPath");
    if (!RepositoryRoot.isPlainName(fileName)
        || !path.equals(RepositoryRoot.imagePath(vm, id, fileName))) {
      throw fields.wrong("objectPath", "does not belong to this checkpoint");
    }
    return new Disk(
        new VolumeName(fields.requiredText("volume")),
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
