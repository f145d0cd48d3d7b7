// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
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

  /** Makes the object visible. Its content follows from the image, so an equal one may be there. */
  void store() {
    if (upload.isEmpty()) {
      var _ = store.put(key, body(), WriteCondition.always(), metadata);
      return;
    }
    sendPart();
    var _ = store.completeMultipart(upload.get(), parts, WriteCondition.always());
    upload = Optional.empty();
  }

  @Override
  public void close() {
    upload.ifPresent(store::abortMultipart);
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
