// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.PartList;
import io.virtmover.objectstore.UploadGoneException;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Completes uploads. What counts is not what the store answers but the object that is there
 * afterwards: answers get lost, and servers say success where they have done nothing.
 */
final class S3Completion {
  private static final int LOOKS = 20;

  private final String where;
  private final S3Client client;
  private final S3Requests requests;
  private final S3Calls calls;
  private final S3Reader reader;
  private final S3Uploads uploads;

  S3Completion(
      String where,
      S3Client client,
      S3Requests requests,
      S3Calls calls,
      S3Reader reader,
      S3Uploads uploads) {
    this.where = where;
    this.client = client;
    this.requests = requests;
    this.calls = calls;
    this.reader = reader;
    this.uploads = uploads;
  }

  WriteOutcome complete(MultipartUpload upload, List<UploadedPart> sent, WriteCondition condition) {
    var parts = new PartList(sent);
    try {
      return switch (finish(upload, parts, condition)) {
        case WriteOutcome.ConditionFailed failed -> own(upload, parts).orElse(failed);
        case WriteOutcome.Written(var etag) -> seen(upload, parts, condition, etag);
      };
    } catch (UploadGoneException e) {
      // A completion whose answer was lost looks so when it is tried again.
      return judge(upload, parts, condition, e);
    }
  }

  private WriteOutcome finish(MultipartUpload upload, PartList parts, WriteCondition condition) {
    var request = requests.complete(upload, parts, condition);
    return calls.conditional(
        Operation.writing("Completing the upload", upload.key()).with(false, condition),
        condition,
        () -> {
          var etag = client.completeMultipartUpload(request).eTag();
          if (etag == null || etag.isBlank()) {
            throw WrongAnswer.of("a completed upload without an entity tag");
          }
          return etag;
        });
  }

  /**
   * What the condition failed on, if it is made of these parts: a server that checks the condition
   * first refuses the repetition of a completion whose answer was lost. Another run may have sent
   * the same parts, and then this upload is still open.
   */
  private Optional<WriteOutcome> own(MultipartUpload upload, PartList parts) {
    var present =
        head(upload.key())
            .filter(object -> origin(object, parts) == ObjectOrigin.THESE_PARTS)
            .map(HeadObjectResponse::eTag);
    if (present.isPresent()) {
      free(upload);
    }
    return present.map(WriteOutcome.Written::new);
  }

  /** The object is there: what cannot be freed now, a collector frees. */
  private void free(MultipartUpload upload) {
    try {
      uploads.abort(upload);
    } catch (VirtMoverException e) {
      // It fails nothing.
    }
  }

  /**
   * Looks whether a success is one: to be safe against repetitions, servers answer the completion
   * of an upload that is gone with a success, whatever object is there (versitygw 1.8.0), or before
   * it is there.
   */
  private WriteOutcome seen(
      MultipartUpload upload, PartList parts, WriteCondition condition, String etag) {
    var present = head(upload.key());
    for (var looks = 1; present.isEmpty() && looks < LOOKS; looks++) {
      calls.pause();
      present = head(upload.key());
    }
    if (present
        .filter(object -> bare(object.eTag()).equals(bare(etag)))
        // A server may take a completion whose parts were replaced by another run.
        .filter(object -> origin(object, parts) != ObjectOrigin.OTHER_PARTS)
        .isPresent()) {
      return new WriteOutcome.Written(present.get().eTag());
    }
    return judge(upload, parts, condition, gone(upload));
  }

  /** Not every server quotes the tag in its document as it does in its headers. */
  private static String bare(String etag) {
    return etag.replace("\"", "");
  }

  private UploadGoneException gone(MultipartUpload upload) {
    return new UploadGoneException(
        "The store says that it has completed %s/%s, but another object is there, or none. Another run was at work; run it again."
            .formatted(where, upload.key()));
  }

  /** Compares the object that is there with the parts that were sent. */
  private WriteOutcome judge(
      MultipartUpload upload, PartList parts, WriteCondition condition, UploadGoneException e) {
    var present = head(upload.key());
    if (present.isEmpty()) {
      throw e;
    }
    if (origin(present.get(), parts) == ObjectOrigin.THESE_PARTS) {
      return new WriteOutcome.Written(present.get().eTag());
    }
    return switch (condition) {
      case WriteCondition.Always() -> throw e;
      case WriteCondition.IfAbsent() -> new WriteOutcome.ConditionFailed();
      case WriteCondition.IfUnchanged(var etag) -> {
        if (etag.equals(present.get().eTag())) {
          throw e;
        }
        yield new WriteOutcome.ConditionFailed();
      }
    };
  }

  private ObjectOrigin origin(HeadObjectResponse object, PartList parts) {
    return ObjectOrigin.of(
        object.contentLength(),
        object.eTag(),
        requests.checksums().keptOf(object),
        parts,
        requests.checksums());
  }

  private Optional<HeadObjectResponse> head(String key) {
    var operation = Operation.looking(key);
    return calls.orElse(
        operation,
        () ->
            Optional.of(
                calls.attempt(operation, () -> client.headObject(requests.headWithChecksum(key)))),
        _ -> reader.stat(key).isEmpty() ? Optional.of(Optional.empty()) : Optional.empty());
  }
}
