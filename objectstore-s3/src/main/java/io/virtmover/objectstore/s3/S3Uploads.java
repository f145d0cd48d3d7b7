// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.PartList;
import io.virtmover.objectstore.UploadGoneException;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkServiceException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Multipart uploads. */
final class S3Uploads {
  private static final int LOOKS = 20;

  private final S3Client client;
  private final String bucket;
  private final ChecksumAlgorithm checksum;
  private final S3Requests requests;
  private final S3Calls calls;
  private final S3Lists lists;
  private final Consumer<String> notices;
  private final AtomicBoolean noticed = new AtomicBoolean();

  S3Uploads(
      S3Client client,
      String bucket,
      ChecksumAlgorithm checksum,
      S3Requests requests,
      S3Calls calls,
      Consumer<String> notices) {
    this.client = client;
    this.bucket = bucket;
    this.checksum = checksum;
    this.requests = requests;
    this.calls = calls;
    this.lists = new S3Lists(client, bucket, requests, calls);
    this.notices = notices;
  }

  MultipartUpload create(String key, Map<String, String> metadata) {
    var uploadId =
        calls.run(
            Operation.writing("Opening an upload", key)
                .with(requests.hasChecksums(), WriteCondition.always()),
            () -> {
              var id = client.createMultipartUpload(requests.create(key, metadata)).uploadId();
              if (id == null || id.isBlank()) {
                throw WrongAnswer.of("an upload without an id");
              }
              return id;
            });
    return new MultipartUpload(key, uploadId, Instant.now());
  }

  UploadedPart send(MultipartUpload upload, int number, PartBody body) {
    var sum = Checksums.of(checksum, body);
    var etag =
        calls.run(
            Operation.writing("Uploading part " + number, upload.key())
                .with(requests.hasChecksums(), WriteCondition.always()),
            () ->
                client
                    .uploadPart(
                        requests.part(upload, number, body.length(), sum), S3Bodies.of(body))
                    .eTag());
    return new UploadedPart(number, body.length(), etag, sum);
  }

  WriteOutcome complete(MultipartUpload upload, List<UploadedPart> sent, WriteCondition condition) {
    var parts = new PartList(sent);
    try {
      return switch (finish(upload, parts, condition)) {
        case WriteOutcome.ConditionFailed failed -> failed;
        case WriteOutcome.Written(var etag) -> seen(upload, parts, condition, etag);
      };
    } catch (UploadGoneException e) {
      // A completion whose answer was lost looks so when it is tried again.
      return judge(upload, parts, condition, e);
    }
  }

  private WriteOutcome finish(MultipartUpload upload, PartList parts, WriteCondition condition) {
    return calls.conditional(
        Operation.writing("Completing the upload", upload.key()).with(false, condition),
        condition,
        () -> {
          var etag =
              client
                  .completeMultipartUpload(requests.complete(upload, parts.parts(), condition))
                  .eTag();
          if (etag == null || etag.isBlank()) {
            throw WrongAnswer.of("a completed upload without an entity tag");
          }
          return etag;
        });
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
        .filter(object -> bare(object.eTag()).equals(bare(etag)) && !isOfOtherParts(object, parts))
        .isPresent()) {
      return new WriteOutcome.Written(present.get().eTag());
    }
    return judge(upload, parts, condition, gone(upload));
  }

  /** A server may take a completion whose parts were replaced by another run. */
  private boolean isOfOtherParts(HeadObjectResponse object, PartList parts) {
    var stored = requests.checksumOf(object);
    return stored.contains("-")
        && Checksums.composite(checksum, parts.parts())
            .filter(sent -> !sent.equals(stored))
            .isPresent();
  }

  /** Not every server quotes the tag in its document as it does in its headers. */
  private static String bare(String etag) {
    return etag.replace("\"", "");
  }

  private UploadGoneException gone(MultipartUpload upload) {
    return new UploadGoneException(
        "The store says that it has completed s3://%s/%s, but another object is there, or none. Another run was at work; run it again."
            .formatted(bucket, upload.key()));
  }

  /** Compares the object that is there with the parts that were sent. */
  private WriteOutcome judge(
      MultipartUpload upload, PartList parts, WriteCondition condition, UploadGoneException e) {
    var present = head(upload.key());
    if (present.isEmpty()) {
      throw e;
    }
    if (isMadeOf(present.get(), parts)) {
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

  private Optional<HeadObjectResponse> head(String key) {
    var operation = Operation.of("Looking", key, "s3:GetObject");
    try {
      return Optional.of(
          calls.attempt(operation, () -> client.headObject(requests.headWithChecksum(key))));
    } catch (SdkServiceException e) {
      if (new S3Reader(client, requests, calls).stat(key).isEmpty()) {
        return Optional.empty();
      }
      throw calls.translate(operation, e);
    } catch (RuntimeException e) {
      throw calls.translate(operation, e);
    }
  }

  private boolean isMadeOf(HeadObjectResponse object, PartList parts) {
    if (object.contentLength() != parts.size()) {
      return false;
    }
    var stored = requests.checksumOf(object);
    return parts.etag().filter(object.eTag()::equals).isPresent()
        || (!stored.isEmpty()
            && Checksums.composite(checksum, parts.parts()).filter(stored::equals).isPresent());
  }

  void abort(MultipartUpload upload) {
    var _ =
        calls.orNone(
            Operation.of("Aborting the upload", upload.key(), "s3:AbortMultipartUpload"),
            "NoSuchUpload",
            () ->
                client.abortMultipartUpload(
                    abort -> abort.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())));
  }

  List<MultipartUpload> open(String prefix) {
    var operation = Operation.of("Listing uploads", prefix, "s3:ListBucketMultipartUploads");
    return unlessRefused(operation, () -> lists.uploads(operation));
  }

  List<UploadedPart> parts(MultipartUpload upload) {
    var operation = Operation.of("Listing parts", upload.key(), "s3:ListMultipartUploadParts");
    return unlessRefused(operation, () -> lists.parts(operation, upload.uploadId()));
  }

  /** Serves going on after an interruption only, so that a server may refuse it. */
  private <T> List<T> unlessRefused(Operation operation, Supplier<List<T>> list) {
    try {
      return list.get();
    } catch (SdkServiceException e) {
      var answer = ErrorAnswer.of(e);
      if (answer.says(404, "NoSuchUpload")) {
        return List.of();
      }
      if (RefusalAdvice.isMissingRight(answer)
          || (answer.isTheStores() && (answer.status() == 501 || answer.status() == 405))) {
        notice(operation, answer);
        return List.of();
      }
      throw calls.translate(operation, e);
    } catch (RuntimeException e) {
      throw calls.translate(operation, e);
    }
  }

  private void notice(Operation operation, ErrorAnswer answer) {
    if (!noticed.getAndSet(true)) {
      notices.accept(
          "s3://%s does not let unfinished uploads be listed (%s, %s): an interrupted backup begins"
                  .formatted(bucket, operation.right(), answer.code())
              + " anew, and what it left stays until a lifecycle rule of the bucket removes it.");
    }
  }
}
