// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.AbandonedUpload;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Copies an unreadable object to another key, whatever its size, before it is replaced. */
final class SetAside {
  private static final int PIECE = 8 << 20;

  private final ObjectStore store;
  private final ObjectStat object;

  private SetAside(ObjectStore store, ObjectStat object) {
    this.store = store;
    this.object = object;
  }

  /** Returns the copy's key. */
  static String copy(ObjectStore store, ObjectStat object, Instant now) {
    var to = "%s.unreadable-%d".formatted(object.key(), now.toEpochMilli());
    new SetAside(store, object).copyTo(to);
    return to;
  }

  private void copyTo(String to) {
    if (object.size() <= PIECE) {
      var _ = store.put(to, piece(0), WriteCondition.always(), Map.of());
      return;
    }
    var upload = store.createMultipart(to, Map.of());
    var isWhole = false;
    try {
      var _ = store.completeMultipart(upload, parts(upload), WriteCondition.always());
      isWhole = true;
    } finally {
      if (!isWhole) {
        var hadPartUnderWay = Thread.currentThread().isInterrupted();
        new AbandonedUpload(store, upload).end(hadPartUnderWay);
      }
    }
  }

  private List<UploadedPart> parts(MultipartUpload upload) {
    var parts = new ArrayList<UploadedPart>();
    for (var at = 0L; at < object.size(); at += PIECE) {
      parts.add(store.uploadPart(upload, parts.size() + 1, piece(at)));
    }
    return parts;
  }

  private PartBody piece(long offset) {
    var bytes = ByteBuffer.allocate((int) Math.min(PIECE, object.size() - offset));
    if (bytes.hasRemaining()) {
      store.getRange(object.key(), offset, bytes, Optional.of(object.etag()));
    }
    return PartBody.of(List.of(bytes.flip()));
  }

  /** Whether an error says that a document is damaged, rather than that it could not be fetched. */
  static boolean isDamage(VirtMoverException e) {
    return e.kind() == FailureKind.CORRUPT_BACKUP || e.kind() == FailureKind.UNSUPPORTED;
  }
}
