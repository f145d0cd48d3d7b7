// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
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

  /** Makes the object visible. Its content follows from the image, so an equal one may be there. */
  void store() {
    if (upload.isEmpty()) {
      var _ = store.put(key, PartBody.of(pending.toByteArray()), WriteCondition.always(), metadata);
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
    if (pending.size() > 0) {
      parts.add(
          store.uploadPart(upload.get(), parts.size() + 1, PartBody.of(pending.toByteArray())));
      pending.reset();
    }
  }
}
