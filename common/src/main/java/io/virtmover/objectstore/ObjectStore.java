// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One bucket. Implementations are thread-safe, retry what is worth retrying (throttling, 5xx,
 * resets, damaged bodies) within a deadline, and report everything else as a {@link
 * io.virtmover.failure.VirtMoverException}: {@code ACCESS_DENIED} for 401/403, {@code
 * INVALID_REQUEST} where the bucket does not exist or what answers is not the store, {@code
 * UNAVAILABLE} where the store cannot be reached, keeps failing or stops moving bytes, {@code
 * CANCELED} when the calling thread is interrupted. Messages name the bucket, the key and the
 * operation.
 *
 * <p>Absent is only what the store itself calls absent; an answer that can mean something else is a
 * failure.
 */
public interface ObjectStore extends AutoCloseable {
  /** The name users know this store by, for messages: {@code s3://bucket}. */
  String displayName();

  /** What tells this bucket from one of the same name elsewhere: its server and its name. */
  String identity();

  /**
   * Reads a small object whole.
   *
   * @param limit largest size in bytes that is accepted; a larger object is {@code CORRUPT_BACKUP}
   *     and its body is not read
   * @return empty if there is no such object
   */
  Optional<StoredObject> get(String key, int limit);

  /** Size, entity tag and user metadata; empty if there is no such object. */
  Optional<ObjectStat> stat(String key);

  /**
   * Fills {@code into} (all that remains of it) with the object's bytes from {@code offset} on.
   *
   * @param etag the version expected; a replaced object is {@code CORRUPT_BACKUP}. Empty: any
   *     version.
   * @throws io.virtmover.failure.VirtMoverException {@code CORRUPT_BACKUP} if the object does not
   *     exist or ends before the range does
   */
  void getRange(String key, long offset, ByteBuffer into, Optional<String> etag);

  /**
   * Writes an object in one request. Metadata keys are lower case. Where an answer is lost and the
   * request is sent again, the condition can fail on the caller's own object.
   */
  WriteOutcome put(
      String key, PartBody body, WriteCondition condition, Map<String, String> metadata);

  /** Removes an object; no error if it is not there. */
  void delete(String key);

  /** Every object whose key starts with {@code prefix}, in key order. */
  void list(String prefix, Consumer<ObjectStat> each);

  /** The names that follow {@code prefix} up to the next slash, in order. */
  List<String> folders(String prefix);

  /** Opens a multipart upload; the condition is checked again at {@link #completeMultipart}. */
  MultipartUpload createMultipart(String key, Map<String, String> metadata);

  /**
   * Uploads one part. Safe to call from several threads for different numbers.
   *
   * @param number from 1 to 10,000
   * @throws UploadGoneException if the upload is not open any more
   */
  UploadedPart uploadPart(MultipartUpload upload, int number, PartBody body);

  /**
   * Makes the object visible, all parts or nothing.
   *
   * @param parts numbered from 1 without a gap, in order
   * @return {@code Written} only if the object is certain to consist of these parts, also where the
   *     answer to a first try was lost; {@code ConditionFailed} where that cannot be told
   * @throws UploadGoneException if the upload is not open any more or has other parts, and no
   *     object is there that the condition could have failed on
   */
  WriteOutcome completeMultipart(
      MultipartUpload upload, List<UploadedPart> parts, WriteCondition condition);

  /** Frees the parts; no error if the upload is not open any more. */
  void abortMultipart(MultipartUpload upload);

  /**
   * The uploads in progress for keys that start with {@code prefix}. Serves only going on after an
   * interruption: a store that cannot tell, or refuses to, has none.
   */
  List<MultipartUpload> openUploads(String prefix);

  /**
   * The parts an open upload has so far, in order; none where the upload is gone or the store
   * cannot tell.
   */
  List<UploadedPart> uploadedParts(MultipartUpload upload);

  /** Whether a part that the store has is certain to hold the same bytes as {@code body}. */
  boolean holds(UploadedPart part, PartBody body);

  @Override
  void close();
}
