// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.objectstore.ForwardingObjectStore;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A store that ignores conditions, where the caller vouches for being the only writer. Every object
 * is looked at before and after a conditional write: that finds a writer who should not be there,
 * it does not stop him.
 */
final class SingleWriterStore extends ForwardingObjectStore {
  SingleWriterStore(ObjectStore store) {
    super(store);
  }

  @Override
  public WriteOutcome put(
      String key, PartBody body, WriteCondition condition, Map<String, String> metadata) {
    return looking(key, condition, () -> super.put(key, body, WriteCondition.always(), metadata));
  }

  @Override
  public WriteOutcome completeMultipart(
      MultipartUpload upload, List<UploadedPart> parts, WriteCondition condition) {
    return looking(
        upload.key(),
        condition,
        () -> super.completeMultipart(upload, parts, WriteCondition.always()));
  }

  private WriteOutcome looking(String key, WriteCondition condition, Supplier<WriteOutcome> write) {
    if (condition instanceof WriteCondition.Always) {
      return write.get();
    }
    if (!holds(key, condition)) {
      return new WriteOutcome.ConditionFailed();
    }
    return switch (write.get()) {
      case WriteOutcome.Written written
          when holds(key, WriteCondition.ifUnchanged(written.etag())) ->
          written;
      case WriteOutcome.Written _, WriteOutcome.ConditionFailed _ ->
          new WriteOutcome.ConditionFailed();
    };
  }

  private boolean holds(String key, WriteCondition condition) {
    var stat = stat(key);
    return switch (condition) {
      case WriteCondition.Always() -> true;
      case WriteCondition.IfAbsent() -> stat.isEmpty();
      case WriteCondition.IfUnchanged(var etag) ->
          stat.map(ObjectStat::etag).filter(etag::equals).isPresent();
    };
  }
}
