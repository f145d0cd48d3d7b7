// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import io.virtmover.objectstore.s3.CannedServer.Answer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store at a server that answers as a test tells it to. */
abstract class OnCannedServer {
  static final MultipartUpload UPLOAD = new MultipartUpload("k", "u", Instant.EPOCH);
  static final UploadedPart PART =
      new UploadedPart(1, 5, "\"5d41402abc4b2a76b9719d911017c592\"", "NhCmhg==");
  private static final String MODIFIED = "Thu, 01 Jan 2026 00:00:00 GMT";

  @TempDir Path folder;
  final CannedServer server = new CannedServer(_ -> Answer.empty(500));
  S3ObjectStore store;

  void answering(Answer always) {
    answering(_ -> always);
  }

  void answering(CannedServer.Behaviour behaviour) {
    server.behave(behaviour);
  }

  @BeforeEach
  void open() {
    store = Stores.at(server.endpoint(), folder, Stores.CALM);
  }

  @AfterEach
  void stop() {
    store.close();
    server.close();
  }

  /** All there is, on a key or prefix that begins with {@code k}. */
  Map<String, ThrowingCallable> operations() {
    var operations = new LinkedHashMap<String, ThrowingCallable>();
    operations.put("get", () -> store.get("k", 100));
    operations.put("stat", () -> store.stat("k"));
    operations.put("range", () -> store.getRange("k", 0, ByteBuffer.allocate(3), Optional.empty()));
    operations.put("put", () -> put(WriteCondition.ifAbsent()));
    operations.put("delete", () -> store.delete("k"));
    operations.put("list", () -> store.list("k", _ -> {}));
    operations.put("folders", () -> store.folders("k/"));
    operations.put("create", () -> store.createMultipart("k", Map.of()));
    operations.put("part", () -> store.uploadPart(UPLOAD, 1, body()));
    operations.put("complete", () -> complete(WriteCondition.ifAbsent()));
    operations.put("abort", () -> store.abortMultipart(UPLOAD));
    operations.put("uploads", () -> store.openUploads("k"));
    operations.put("parts", () -> store.uploadedParts(UPLOAD));
    return operations;
  }

  ThrowingCallable operation(String name) {
    return requireNonNull(operations().get(name));
  }

  WriteOutcome put(WriteCondition condition) {
    return store.put("k", body(), condition, Map.of());
  }

  WriteOutcome complete(WriteCondition condition) {
    return store.completeMultipart(UPLOAD, List.of(PART), condition);
  }

  static PartBody body() {
    return PartBody.of("hello".getBytes(StandardCharsets.US_ASCII));
  }

  static Answer object(int status, String text) {
    return Answer.of(status, "application/octet-stream", text)
        .with("ETag", "\"e\"")
        .with("Last-Modified", MODIFIED);
  }

  static Answer listing(String content) {
    return Answer.xml(
        200, "<ListBucketResult><Name>b</Name>%s</ListBucketResult>".formatted(content));
  }

  String endpoint() {
    return server.endpoint().toString();
  }

  String messageOf(String operation, Answer always) {
    answering(always);
    return failure(operation(operation)).getMessage();
  }

  static VirtMoverException failure(ThrowingCallable operation) {
    var failure = catchThrowableOfType(VirtMoverException.class, operation);
    if (failure != null) {
      assertThat(failure.getMessage())
          .doesNotContain("Exception", "null", "software.amazon", "\n")
          .matches("(?s).*[.]");
    }
    return failure;
  }
}
