// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.failure.CleanUp;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Finds out whether a store honours conditional writes. Some ignore the conditions and answer 200,
 * so it is tried, and read back.
 */
final class StoreCapabilities {
  /** The index carries this metadata once the probe has succeeded, so that later runs need none. */
  static final String MARK = "virtmover-conditional-writes";

  private static final int SMALL = 1024;

  private final ObjectStore store;
  private final String key;

  private StoreCapabilities(ObjectStore store, String key) {
    this.store = store;
    this.key = key;
  }

  /** Bound to the store, because a copied bucket carries the metadata along. */
  static Map<String, String> mark(ObjectStore store) {
    return Map.of(MARK, "1-" + hash(store.identity()));
  }

  static boolean isMarked(ObjectStore store, Map<String, String> metadata) {
    return ("1-" + hash(store.identity())).equals(metadata.get(MARK));
  }

  /** Tries it; leaves nothing behind. */
  static boolean honoursConditions(ObjectStore store, RepositoryRoot root) {
    var probe = new StoreCapabilities(store, root.key("virtmover/probe-" + UUID.randomUUID()));
    try {
      return probe.probe();
    } finally {
      CleanUp.evenIfInterrupted(() -> store.delete(probe.key));
    }
  }

  /**
   * What is refused without a condition is refused for another reason: that failure is told as it
   * is.
   */
  private boolean probe() {
    var _ = put("zero", WriteCondition.always());
    store.delete(key);
    try {
      return createsOnlyOnce() && replacesOnlyUnchanged() && completesOnlyOnce();
    } catch (VirtMoverException e) {
      if (e.kind() == FailureKind.UNSUPPORTED) {
        return false;
      }
      throw e;
    }
  }

  private boolean createsOnlyOnce() {
    return isWritten(put("one", WriteCondition.ifAbsent()))
        && !isWritten(put("two", WriteCondition.ifAbsent()))
        && holds("one");
  }

  private boolean replacesOnlyUnchanged() {
    var etag = store.stat(key).map(ObjectStat::etag).orElse("");
    return isWritten(put("three", WriteCondition.ifUnchanged(etag)))
        && !isWritten(put("four", WriteCondition.ifUnchanged(etag)))
        && holds("three");
  }

  private boolean completesOnlyOnce() {
    var upload = store.createMultipart(key, Map.of());
    try {
      var part = store.uploadPart(upload, 1, body("five"));
      return !isWritten(store.completeMultipart(upload, List.of(part), WriteCondition.ifAbsent()))
          && holds("three");
    } finally {
      CleanUp.evenIfInterrupted(() -> store.abortMultipart(upload));
    }
  }

  private WriteOutcome put(String content, WriteCondition condition) {
    return store.put(key, body(content), condition, Map.of());
  }

  private boolean holds(String content) {
    return store
        .get(key, SMALL)
        .filter(found -> found.content().equals(ByteBuffer.wrap(bytes(content))))
        .isPresent();
  }

  private static PartBody body(String content) {
    return PartBody.of(bytes(content));
  }

  private static byte[] bytes(String content) {
    return content.getBytes(StandardCharsets.US_ASCII);
  }

  private static boolean isWritten(WriteOutcome outcome) {
    return outcome instanceof WriteOutcome.Written;
  }

  private static String hash(String text) {
    try {
      var digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
