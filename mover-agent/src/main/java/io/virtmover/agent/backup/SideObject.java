// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.failure.CleanUp;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * An {@code .extents} object that grows while its image is written. Small ones stay in memory until
 * the end, large ones go out in parts, so memory is bounded.
 */
final class SideObject implements AutoCloseable {
  private static final int PART_SIZE = 5 << 20;
  private static final int PIECE = 1 << 20;

  private final ObjectStore store;
  private final String key;
  private final Map<String, String> metadata;
  private final CRC32C crc = new CRC32C();
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private final List<UploadedPart> parts = new ArrayList<>();
  private Optional<MultipartUpload> upload = Optional.empty();
  private long size;

  SideObject(ObjectStore store, String key, Map<String, String> metadata) {
    this.store = store;
    this.key = key;
    this.metadata = metadata;
  }

  void write(ByteBuffer bytes) {
    var copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    crc.update(copy);
    size += copy.length;
    pending.writeBytes(copy);
    if (pending.size() >= PART_SIZE) {
      sendPart();
    }
  }

  long size() {
    return size;
  }

  int crc32c() {
    return (int) crc.getValue();
  }

  /** The whole content, if no more than {@code limit} bytes. */
  Optional<ByteBuffer> inline(int limit) {
    return size > limit
        ? Optional.empty()
        : Optional.of(ByteBuffer.wrap(pending.toByteArray()).asReadOnlyBuffer());
  }

  /**
   * Makes the object visible; its content follows from the image, so another run can have left the
   * same one.
   *
   * @return the entity tag of the object with this content
   * @throws VirtMoverException {@code CONFLICT} if there is one with another content
   */
  String store() {
    return switch (upload.isEmpty() ? putWhole() : complete()) {
      case WriteOutcome.Written(var etag) -> {
        upload = Optional.empty();
        yield etag;
      }
      case WriteOutcome.ConditionFailed() -> sameContent();
    };
  }

  private WriteOutcome putWhole() {
    return store.put(key, PartBody.of(pending.toByteArray()), WriteCondition.ifAbsent(), metadata);
  }

  private WriteOutcome complete() {
    sendPart();
    var sum = parts.stream().mapToLong(UploadedPart::size).sum();
    if (sum != size) {
      throw new IllegalStateException("%d bytes of %s were sent, not %d".formatted(sum, key, size));
    }
    return store.completeMultipart(upload.orElseThrow(), parts, WriteCondition.ifAbsent());
  }

  private String sameContent() {
    return store
        .stat(key)
        .filter(stat -> stat.size() == size && checksum(stat) == crc32c())
        .map(ObjectStat::etag)
        .orElseThrow(
            () ->
                new VirtMoverException(
                    FailureKind.CONFLICT,
                    "%s exists already and describes another image: a checkpoint's name is never used"
                            .formatted(key)
                        + " twice. The object is left alone; make a new backup."));
  }

  private int checksum(ObjectStat stat) {
    var checksum = new CRC32C();
    for (var at = 0L; at < stat.size(); ) {
      var piece = ByteBuffer.allocate((int) Math.min(PIECE, stat.size() - at));
      store.getRange(key, at, piece, Optional.of(stat.etag()));
      checksum.update(piece.flip());
      at += piece.limit();
    }
    return (int) checksum.getValue();
  }

  @Override
  public void close() {
    CleanUp.evenIfInterrupted(() -> upload.ifPresent(store::abortMultipart));
  }

  private void sendPart() {
    if (upload.isEmpty()) {
      upload = Optional.of(store.createMultipart(key, metadata));
    }
    if (pending.size() > 0) {
      parts.add(
          store.uploadPart(upload.get(), parts.size() + 1, PartBody.of(pending.toByteArray())));
      pending.reset();
    }
  }
}
