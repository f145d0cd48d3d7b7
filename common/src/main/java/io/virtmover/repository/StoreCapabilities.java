// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.concurrent.Futures;
import io.virtmover.domain.Sha256;
import io.virtmover.failure.CleanUp;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.AbandonedUpload;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.StoredObject;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Finds out whether a store honours conditional writes. Some ignore the conditions and answer 200,
 * so it is tried, and read back.
 */
final class StoreCapabilities {
  /** The index carries this metadata once the probe has succeeded, so that later runs need none. */
  static final String MARK = "virtmover-conditional-writes";

  private static final int SMALL = 1024;

  /** What came of one: the second does not matter where the first already says no. */
  private record Trial(boolean isHonoured, Optional<VirtMoverException> failure) {
    static Trial of(BooleanSupplier trial) {
      try {
        return new Trial(trial.getAsBoolean(), Optional.empty());
      } catch (VirtMoverException e) {
        return new Trial(false, Optional.of(e));
      }
    }

    boolean honoured() {
      failure.ifPresent(
          e -> {
            throw e;
          });
      return isHonoured;
    }
  }

  private final ObjectStore store;

  /** An object of its own, which nobody else can have. */
  private final String key;

  private StoreCapabilities(ObjectStore store, RepositoryRoot root) {
    this.store = store;
    this.key = root.key("virtmover/probe-" + UUID.randomUUID());
  }

  static Map<String, String> mark(ObjectStore store) {
    return Map.of(MARK, value(store));
  }

  static boolean isMarked(ObjectStore store, Map<String, String> metadata) {
    return value(store).equals(metadata.get(MARK));
  }

  /** Bound to the store, because a copied bucket carries the metadata along. */
  private static String value(ObjectStore store) {
    return "1-" + Sha256.hex(store.identity()).substring(0, 16);
  }

  /**
   * Whether the store guards a VM's index against a second writer.
   *
   * @param index as it was read; it remembers an earlier answer
   * @param singleWriter whether the caller vouches that nobody else writes
   * @throws VirtMoverException {@code UNSUPPORTED} if neither does
   */
  static boolean isGuarded(VmRepository repository, IndexDocument index, boolean singleWriter) {
    var store = repository.store();
    var conditional =
        isMarked(store, index.metadata()) || honoursConditions(store, repository.root());
    if (!conditional && !singleWriter) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "%s does not honour conditional writes, so two writers could destroy each other's index of a VM."
                  .formatted(store.displayName())
              + " If nothing else writes to it, say so with --single-writer.");
    }
    return conditional;
  }

  /** Tries it; leaves nothing behind. */
  static boolean honoursConditions(ObjectStore store, RepositoryRoot root) {
    var trials =
        Futures.both(
            "Trying conditional writes of " + store.displayName(),
            () -> Trial.of(new StoreCapabilities(store, root)::putsOnlyAsAsked),
            () -> Trial.of(new StoreCapabilities(store, root)::completesOnlyOnce));
    try {
      return trials.one().honoured() && trials.other().honoured();
    } catch (VirtMoverException e) {
      if (e.kind() == FailureKind.UNSUPPORTED) {
        new StoreCapabilities(store, root).checkWritable();
        return false;
      }
      throw e;
    }
  }

  /**
   * What is refused without a condition is refused for another reason: that failure is told as it
   * is.
   */
  private void checkWritable() {
    withObject(() -> isWritten(put("zero", WriteCondition.always())));
  }

  private boolean putsOnlyAsAsked() {
    return withObject(() -> createsOnlyOnce() && replacesOnlyUnchanged());
  }

  private boolean createsOnlyOnce() {
    return isMade("one", WriteCondition.ifAbsent())
        && !isWritten(put("two", WriteCondition.ifAbsent()));
  }

  private boolean replacesOnlyUnchanged() {
    var created = content();
    if (!holds(created, "one")) {
      return false;
    }
    var unchanged = WriteCondition.ifUnchanged(created.orElseThrow().stat().etag());
    return isMade("three", unchanged)
        && !isWritten(put("four", unchanged))
        && holds(content(), "three");
  }

  private boolean completesOnlyOnce() {
    return withObject(
        () -> {
          var _ = put("one", WriteCondition.always());
          var upload = store.createMultipart(key, Map.of());
          try {
            var parts = List.of(store.uploadPart(upload, 1, body("two")));
            return !isWritten(store.completeMultipart(upload, parts, WriteCondition.ifAbsent()))
                && holds(content(), "one");
          } finally {
            new AbandonedUpload(store, upload).end(false);
          }
        });
  }

  private boolean withObject(BooleanSupplier trial) {
    try {
      return trial.getAsBoolean();
    } finally {
      CleanUp.evenIfInterrupted(() -> store.delete(key));
    }
  }

  /**
   * Whether a write that should succeed has done so, whatever is answered: where an answer was
   * lost, the request is repeated and the repetition refused.
   */
  private boolean isMade(String content, WriteCondition condition) {
    return isWritten(put(content, condition)) || holds(content(), content);
  }

  private WriteOutcome put(String content, WriteCondition condition) {
    return store.put(key, body(content), condition, Map.of());
  }

  private Optional<StoredObject> content() {
    return store.get(key, SMALL);
  }

  private static boolean holds(Optional<StoredObject> object, String content) {
    return object
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
}
