// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;

/** Multipart uploads until they are completed. */
final class S3Uploads {
  private final S3Client client;
  private final String where;
  private final S3Requests requests;
  private final S3Calls calls;
  private final S3Lists lists;
  private final Consumer<String> notices;
  private final AtomicBoolean noticed = new AtomicBoolean();

  S3Uploads(
      String where,
      S3Client client,
      S3Requests requests,
      S3Calls calls,
      S3Lists lists,
      Consumer<String> notices) {
    this.where = where;
    this.client = client;
    this.requests = requests;
    this.calls = calls;
    this.lists = lists;
    this.notices = notices;
  }

  MultipartUpload create(String key, Map<String, String> metadata) {
    var uploadId =
        calls.run(
            writing("Opening an upload", key),
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
    var sum = requests.checksums().of(body);
    var request = requests.part(upload, number, body.length(), sum);
    var etag =
        calls.run(
            writing("Uploading part " + number, upload.key()),
            () -> client.uploadPart(request, S3Bodies.of(body)).eTag());
    return new UploadedPart(number, body.length(), etag, sum);
  }

  private Operation writing(String words, String key) {
    return Operation.writing(words, key)
        .with(requests.checksums().areSent(), WriteCondition.always());
  }

  void abort(MultipartUpload upload) {
    var _ =
        calls.orNone(
            Operation.of("Aborting the upload", upload.key(), "s3:AbortMultipartUpload"),
            "NoSuchUpload",
            () -> client.abortMultipartUpload(requests.abort(upload)));
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
    return calls.orElse(
        operation,
        list,
        answer -> {
          if (answer.says(404, "NoSuchUpload")) {
            return Optional.of(List.of());
          }
          if (RefusalAdvice.isMissingRight(answer)
              || (answer.isTheStores() && (answer.status() == 501 || answer.status() == 405))) {
            notice(operation, answer);
            return Optional.of(List.of());
          }
          return Optional.empty();
        });
  }

  private void notice(Operation operation, ErrorAnswer answer) {
    if (!noticed.getAndSet(true)) {
      notices.accept(
          "%s does not let unfinished uploads be listed (%s, %s): an interrupted backup begins"
                  .formatted(where, operation.right(), answer.code())
              + " anew, and what it left stays until a lifecycle rule of the bucket removes it.");
    }
  }
}
