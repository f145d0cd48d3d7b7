// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.AbandonedUpload;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
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
  private static final int PIECE = 1 << 20;

  private final ObjectStore store;
  private final String key;
  private final Map<String, String> metadata;
  private final CRC32C crc = new CRC32C();
  private final ByteBuffer pending;
  private final List<UploadedPart> parts = new ArrayList<>();
  private Optional<MultipartUpload> upload = Optional.empty();
  private long size;

  /**
   * @param buffer a part: of S3's smallest size, or as large as the whole object can become
   */
  SideObject(ObjectStore store, String key, Map<String, String> metadata, ByteBuffer buffer) {
    this.store = store;
    this.key = key;
    this.metadata = metadata;
    this.pending = buffer;
  }

  void write(ByteBuffer bytes) {
    crc.update(bytes.duplicate());
    size += bytes.remaining();
    var rest = bytes.duplicate();
    while (rest.hasRemaining()) {
      if (!pending.hasRemaining()) {
        sendPart();
      }
      var count = Math.min(rest.remaining(), pending.remaining());
      pending.put(rest.slice(rest.position(), count));
      rest.position(rest.position() + count);
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
    if (size > limit) {
      return Optional.empty();
    }
    return Optional.of(
        ByteBuffer.allocate((int) size).put(pending.duplicate().flip()).flip().asReadOnlyBuffer());
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
    return store.put(key, body(), WriteCondition.ifAbsent(), metadata);
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
    var hadPartsUnderWay = Thread.currentThread().isInterrupted();
    upload.ifPresent(open -> new AbandonedUpload(store, open).end(hadPartsUnderWay));
  }

  private void sendPart() {
    if (upload.isEmpty()) {
      upload = Optional.of(store.createMultipart(key, metadata));
    }
    if (pending.position() > 0) {
      parts.add(store.uploadPart(upload.get(), parts.size() + 1, body()));
      pending.clear();
    }
  }

  private PartBody body() {
    return PartBody.of(List.of(pending.duplicate().flip()));
  }
}
