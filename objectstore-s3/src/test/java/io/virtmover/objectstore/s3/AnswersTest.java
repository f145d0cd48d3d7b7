// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.PartList;
import io.virtmover.objectstore.UploadGoneException;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import io.virtmover.objectstore.s3.CannedServer.Answer;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.Checksum;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What answers are taken for, and what is said of those that are no S3 server's. */
class AnswersTest {
  private static final MultipartUpload UPLOAD = new MultipartUpload("k", "u", Instant.EPOCH);
  private static final UploadedPart PART =
      new UploadedPart(1, 5, "\"5d41402abc4b2a76b9719d911017c592\"", "NhCmhg==");
  private static final String PAGE = "<html><body><h1>It works!</h1></body></html>";
  private static final String MODIFIED = "Thu, 01 Jan 2026 00:00:00 GMT";

  @TempDir private Path folder;
  private final CannedServer server = new CannedServer(_ -> Answer.empty(500));
  private S3ObjectStore store;

  private void answering(Answer always) {
    answering(_ -> always);
  }

  private void answering(CannedServer.Behaviour behaviour) {
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
  private Map<String, ThrowingCallable> operations() {
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

  private ThrowingCallable operation(String name) {
    return requireNonNull(operations().get(name));
  }

  @Test
  void a404OfAnythingButTheStore_isNotAbsence() {
    for (var notTheStores :
        List.of(
            Answer.of(404, "text/plain; charset=utf-8", "default backend - 404\n"),
            Answer.of(404, "text/html", "<html><head><title>404 Not Found</title></head></html>"),
            Answer.of(404, "application/json", "{\"error\":\"no route\"}"),
            Answer.empty(404))) {
      answering(notTheStores);
      operations()
          .forEach(
              (name, operation) -> {
                var failure = failure(operation);
                assertThat(failure.kind()).as(name).isEqualTo(FailureKind.INVALID_REQUEST);
                assertThat(failure.getMessage())
                    .as(name)
                    .contains("s3://b/k", "no S3 server's answer", "404", endpoint());
              });
    }
    assertThat(messageOf("list", Answer.of(404, "text/plain", "default backend - 404")))
        .contains("answers 404 (text/plain, \"default backend - 404\")")
        .contains("Check the endpoint, its port");
  }

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchBucket,           INVALID_REQUEST, Create the bucket",
    "404, InvalidAccessKeyId,     ACCESS_DENIED,   credentials file",
    "403, InvalidAccessKeyId,     ACCESS_DENIED,   credentials file",
    "404, SomethingElse,          INVALID_REQUEST, SomethingElse",
    "400, InvalidBucketName,      INVALID_REQUEST, InvalidBucketName",
    "403, RequestTimeTooSkewed,   ACCESS_DENIED,   clock",
  })
  void aRefusalByTheStore_isToldAsWhatItIs(
      int status, String code, FailureKind kind, String words) {
    answering(Answer.error(status, code));
    operations()
        .forEach(
            (name, operation) -> {
              var failure = failure(operation);
              assertThat(failure.kind()).as(name).isEqualTo(kind);
              assertThat(failure.getMessage()).as(name).contains(words, "s3://b/k");
            });
  }

  @Test
  void absence_isWhatTheStoreCallsSo() {
    answering(Answer.error(404, "NoSuchKey"));
    assertThat(store.get("k", 10)).isEmpty();
    assertThat(store.stat("k")).isEmpty();
    store.delete("k");
    assertThat(put(WriteCondition.ifUnchanged("\"e\"")))
        .isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(failure(() -> put(WriteCondition.always())).kind())
        .isEqualTo(FailureKind.INVALID_REQUEST);
    assertThat(failure(operation("range"))).hasMessageContaining("s3://b/k is missing");
    assertThat(failure(operation("list")).kind()).isEqualTo(FailureKind.INVALID_REQUEST);

    answering(Answer.error(403, "InvalidObjectState"));
    assertThat(failure(operation("range"))).hasMessageContaining("archived");

    answering(Answer.error(404, "NoSuchUpload"));
    assertThat(store.uploadedParts(UPLOAD)).isEmpty();
    store.abortMultipart(UPLOAD);
    assertThat(failure(operation("part"))).isInstanceOf(UploadGoneException.class);
  }

  @Test
  void aRefusedLook_isExplainedByAGet() {
    answering(
        asked ->
            asked.is("HEAD", "")
                ? Answer.empty(403)
                : Answer.error(403, "AccessDenied").with("x-amz-request-id", "R1"));
    assertThat(failure(operation("stat")))
        .hasMessageContaining("AccessDenied, words of the store (403, request R1)")
        .hasMessageContaining("s3:GetObject; without s3:ListBucket this is also the answer where");

    answering(
        asked ->
            asked.is("HEAD", "")
                ? Answer.empty(404)
                : object(206, "x").with("Content-Range", "bytes 0-0/1234"));
    assertThat(store.stat("k").orElseThrow().size()).isEqualTo(1234);

    answering(
        asked -> {
          if (asked.is("HEAD", "")) {
            return Answer.empty(404);
          }
          return asked.headers().containsKey("range")
              ? Answer.error(416, "InvalidRange")
              : object(200, "").with("Content-Length", "0");
        });
    assertThat(store.stat("k").orElseThrow().size()).isZero();
  }

  @Test
  void aPageInPlaceOfAnAnswer_isNotTakenForOne() {
    for (var name :
        List.of(
            "put",
            "list",
            "folders",
            "create",
            "part",
            "complete",
            "uploads",
            "parts",
            "get",
            "range",
            "stat")) {
      assertThat(messageOf(name, Answer.of(200, "text/html", PAGE)))
          .as(name)
          .contains("no S3 server's answer", endpoint(), "200 (text/html");
      assertThat(failure(operation(name)).kind()).as(name).isEqualTo(FailureKind.INVALID_REQUEST);
    }
    assertThat(messageOf("list", Answer.of(200, "text/html", PAGE)))
        .contains("200 (text/html, \"It works!\") in place of ListBucketResult");
    assertThat(messageOf("list", Answer.xml(200, "<ListAllMyBucketsResult/>")))
        .contains("in place of ListBucketResult");
  }

  @Test
  void anEmptyOrBrokenDocument_isAskedForAgainAndThenTold() {
    for (var name : List.of("list", "folders", "create", "uploads", "parts", "complete")) {
      for (var broken : List.of(Answer.empty(200), Answer.xml(200, " "))) {
        answering(broken);
        var failure = failure(operation(name));
        assertThat(failure.getMessage()).as(name).contains("no S3 server's answer");
        assertThat(failure.kind()).as(name + failure).isEqualTo(FailureKind.UNAVAILABLE);
        assertThat(server.asked()).as(name).hasSize(Stores.CALM.attempts());
      }
    }
    assertThat(messageOf("list", Answer.empty(200)))
        .contains("200 (no content type, no body) in place of ListBucketResult");
    assertThat(messageOf("list", Answer.xml(200, "<ListBucketResult><Name>b</Name><Conte")))
        .contains("its XML breaks off");
    assertThat(messageOf("list", Answer.xml(200, "<Error><Code>InternalError</Code></Error>")))
        .contains("InternalError");
  }

  @Test
  void aDocumentThatIsBrokenOnce_isReadTheSecondTime() {
    answering(
        _ -> server.asked().size() == 1 ? Answer.xml(200, "<ListBucketResult>") : listing(""));
    assertThat(store.folders("k/")).isEmpty();
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void aPageOfAGateway_isToldAndRetried() {
    var page =
        Answer.of(502, "text/html", "<html><body><h1>502 Bad Gateway</h1>nginx</body></html>");
    for (var name : operations().keySet()) {
      var message = messageOf(name, page);
      assertThat(message)
          .as(name)
          .contains("502 (text/html, \"502 Bad Gateway nginx\")", "It was tried for", "s3://b/k");
      assertThat(failure(operation(name)).kind()).isEqualTo(FailureKind.UNAVAILABLE);
    }
    answering(_ -> server.asked().size() < 3 ? page : object(200, "hello"));
    assertThat(store.get("k", 10)).isPresent();
  }

  @Test
  void anErrorInsideACompletion_isAnError() {
    answering(Answer.xml(200, "<Error><Code>InternalError</Code><Message>sorry</Message></Error>"));
    assertThat(failure(operation("complete")))
        .hasMessageContaining("InternalError, sorry")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.UNAVAILABLE));
  }

  @Test
  void aWriteWithoutEntityTag_isNoWrite() {
    assertThat(messageOf("put", Answer.empty(200))).contains("200 (no content type) without ETag");
    assertThat(messageOf("part", Answer.empty(200))).contains("without ETag");
    assertThat(messageOf("complete", Answer.xml(200, "<CompleteMultipartUploadResult/>")))
        .contains("without an entity tag");
    assertThat(messageOf("create", Answer.xml(200, "<InitiateMultipartUploadResult/>")))
        .contains("an upload without an id");
    assertThat(messageOf("stat", Answer.empty(200).with("ETag", "\"e\"")))
        .contains("without Content-Length");
  }

  @Test
  void anotherRegion_isNamed() {
    var moved = Answer.error(301, "PermanentRedirect").with("x-amz-bucket-region", "eu-west-3");
    for (var name : operations().keySet()) {
      assertThat(messageOf(name, moved))
          .as(name)
          .contains("the bucket b is in the region eu-west-3");
    }
    assertThat(
            messageOf(
                "list",
                Answer.xml(
                    400,
                    "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is wrong</Message><Region>eu-west-3</Region></Error>")))
        .contains("eu-west-3");
    var elsewhere = Answer.of(302, "text/html", "Found");
    assertThat(
            messageOf(
                "list", elsewhere.with("Location", "https://u:secret@login.example/?t=secret")))
        .contains("redirects to https://login.example/ (302)")
        .doesNotContain("secret");
  }

  @Test
  void aRangeThatWasNotAskedFor_isNotTaken() {
    var etag = Optional.of("\"e\"");
    answering(object(200, "0123456789"));
    var into = ByteBuffer.allocate(3);
    store.getRange("k", 0, into, etag);
    assertThat(new String(into.array(), StandardCharsets.US_ASCII)).isEqualTo("012");
    assertThat(failure(() -> store.getRange("k", 4, ByteBuffer.allocate(3), etag)))
        .hasMessageContaining("200 with the whole object where bytes from 4 on were asked for");

    answering(object(206, "012").with("Content-Range", "bytes 0-2/10"));
    assertThat(failure(() -> store.getRange("k", 4, ByteBuffer.allocate(3), etag)))
        .hasMessageContaining(
            "206 with Content-Range 'bytes 0-2/10' where bytes 4-6 were asked for");
    assertThat(failure(() -> store.getRange("k", 0, ByteBuffer.allocate(3), Optional.of("\"f\""))))
        .hasMessageContaining("was replaced while it was read");
    answering(object(206, "012"));
    assertThat(failure(() -> store.getRange("k", 0, ByteBuffer.allocate(3), etag)))
        .hasMessageContaining("Content-Range ''");
  }

  @Test
  void aRangeThatBreaksOff_goesOnInTheSameVersion() {
    answering(
        asked ->
            "bytes=0-4".equals(asked.headers().get("range"))
                ? object(206, "01").with("Content-Range", "bytes 0-1/5")
                : object(206, "234").with("Content-Range", "bytes 2-4/5"));
    var into = ByteBuffer.allocate(5);
    store.getRange("k", 0, into, Optional.empty());
    assertThat(new String(into.array(), StandardCharsets.US_ASCII)).isEqualTo("01234");
    assertThat(server.asked().get(1).headers()).containsEntry("if-match", "\"e\"");
  }

  @Test
  void aListingThatCannotBeWhole_isNoListing() {
    assertThat(messageOf("list", listing("<IsTruncated>true</IsTruncated>")))
        .contains("not complete and does not say how it goes on");
    answering(
        listing("<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"));
    assertThat(failure(operation("list"))).hasMessageContaining("how it goes on");
    assertThat(server.asked()).hasSize(2);
    var other =
        "<Contents><Key>other</Key><Size>1</Size><ETag>e</ETag>"
            + "<LastModified>2026-01-01T00:00:00Z</LastModified></Contents>";
    assertThat(messageOf("list", listing(other))).contains("names 'other'");
    assertThat(messageOf("list", listing("<Contents><Key>k1</Key></Contents>")))
        .contains("names 'k1'");
    assertThat(
            messageOf(
                "folders", listing("<CommonPrefixes><Prefix>other/</Prefix></CommonPrefixes>")))
        .contains("names 'other/'");
    var uploads =
        "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated></ListMultipartUploadsResult>";
    assertThat(messageOf("uploads", Answer.xml(200, uploads))).contains("how it goes on");
    var parts = "<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>";
    assertThat(messageOf("parts", Answer.xml(200, parts))).contains("how it goes on");
  }

  @ParameterizedTest
  @CsvSource({"list", "folders", "uploads", "parts"})
  void aListingThatGoesRoundInACircle_isNoListing(String name) {
    // given
    var pages =
        List.of(
            "<IsTruncated>true</IsTruncated><NextContinuationToken>a</NextContinuationToken>"
                + "<NextKeyMarker>k1</NextKeyMarker><NextUploadIdMarker>a</NextUploadIdMarker>"
                + "<NextPartNumberMarker>1</NextPartNumberMarker>",
            "<IsTruncated>true</IsTruncated><NextContinuationToken>b</NextContinuationToken>"
                + "<NextKeyMarker>k1</NextKeyMarker><NextUploadIdMarker>b</NextUploadIdMarker>"
                + "<NextPartNumberMarker>2</NextPartNumberMarker>");
    var root =
        switch (name) {
          case "uploads" -> "ListMultipartUploadsResult";
          case "parts" -> "ListPartsResult";
          default -> "ListBucketResult";
        };

    // when
    answering(
        _ ->
            Answer.xml(
                200, "<%1$s>%2$s</%1$s>".formatted(root, pages.get(server.asked().size() % 2))));

    // then
    assertThat(failure(operation(name))).hasMessageContaining("how it goes on");
    assertThat(server.asked()).hasSizeLessThan(8);
  }

  @Test
  void aLostCondition_isOnlyWhatTheStoreCallsSo() {
    answering(Answer.error(412, "PreconditionFailed"));
    assertThat(put(WriteCondition.ifAbsent())).isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(complete(WriteCondition.ifAbsent()))
        .isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(failure(() -> put(WriteCondition.always())).kind()).isEqualTo(FailureKind.CONFLICT);
    assertThat(messageOf("put", Answer.of(412, "text/html", PAGE)))
        .contains("no S3 server's answer");
    answering(Answer.error(409, "ConditionalRequestConflict"));
    assertThat(put(WriteCondition.ifAbsent())).isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(failure(() -> put(WriteCondition.always())).kind()).isEqualTo(FailureKind.CONFLICT);
    answering(Answer.error(409, "ObjectParentIsFile"));
    assertThat(failure(operation("put"))).hasMessageContaining("ObjectParentIsFile");
  }

  @ParameterizedTest
  @CsvSource({"400, InvalidRequest", "400, InvalidArgument", "501, NotImplemented"})
  void refusedHeaders_areBlamedByWhatWasSent(int status, String code) {
    answering(Answer.error(status, code));
    for (ThrowingCallable withChecksum :
        List.<ThrowingCallable>of(
            () -> put(WriteCondition.always()), operation("part"), operation("create"))) {
      assertThat(failure(withChecksum))
          .hasMessageContaining("refuses a request with the checksum CRC32: " + code)
          .hasMessageContaining("checksumAlgorithm: \"\"")
          .hasMessageNotContaining("If-None-Match");
    }
    assertThat(failure(() -> put(WriteCondition.ifAbsent())).kind())
        .isEqualTo(FailureKind.UNSUPPORTED);
    assertThat(failure(() -> put(WriteCondition.ifAbsent())))
        .hasMessageContaining("checksumAlgorithm")
        .hasMessageContaining("conditional write");
    assertThat(failure(() -> complete(WriteCondition.ifAbsent())))
        .hasMessageContaining("refuses a conditional write")
        .hasMessageNotContaining("checksumAlgorithm");
    var plain = failure(() -> complete(WriteCondition.always()));
    assertThat(plain)
        .hasMessageNotContaining("checksumAlgorithm")
        .hasMessageNotContaining("conditional");
  }

  @Test
  void aCompletionWhoseAnswerWasLost_isProvenByTheObject() {
    var composite = "NSRBwg==-1";
    assertThat(afterLostCompletion("\"1f3b0cfc0e8d7e7c2e1d0b6b5c2f3a44-1\"", 5, composite))
        .isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(afterLostCompletion(madeOf(), 5, "")).isEqualTo(new WriteOutcome.Written(madeOf()));
    assertThat(afterLostCompletion(madeOf(), 6, ""))
        .isInstanceOf(WriteOutcome.ConditionFailed.class);
    var sum = new Checksums(ChecksumAlgorithm.CRC32).ofObject(new PartList(List.of(PART)));
    assertThat(afterLostCompletion("\"opaque\"", 5, sum.orElseThrow()))
        .isEqualTo(new WriteOutcome.Written("\"opaque\""));
    assertThat(failure(() -> complete(WriteCondition.always())))
        .as("the object is made of the parts, and yet")
        .isNull();
  }

  @Test
  void aCompletionThatIsSaidToHaveSucceeded_isLookedAt() {
    answering(
        asked ->
            asked.is("POST", "")
                ? Answer.xml(
                    200,
                    "<CompleteMultipartUploadResult><ETag>\"x-1\"</ETag></CompleteMultipartUploadResult>")
                : object(200, "").with("ETag", "\"other\"").with("Content-Length", "5"));
    assertThat(complete(WriteCondition.ifAbsent()))
        .isInstanceOf(WriteOutcome.ConditionFailed.class);
    assertThat(failure(() -> complete(WriteCondition.always())))
        .isInstanceOf(UploadGoneException.class)
        .hasMessageContaining("another object is there");
  }

  private static String madeOf() {
    return new PartList(List.of(PART)).etag().orElseThrow();
  }

  private WriteOutcome afterLostCompletion(String etag, int size, String composite) {
    answering(
        asked -> {
          if (asked.is("POST", "")) {
            return Answer.error(404, "NoSuchUpload");
          }
          var head = object(200, "").with("ETag", etag).with("Content-Length", "" + size);
          return composite.isEmpty() ? head : head.with("x-amz-checksum-crc32", composite);
        });
    return complete(WriteCondition.ifAbsent());
  }

  @Test
  void whatABodyThrows_isNotTheStoresFault() {
    answering(Answer.empty(200).with("ETag", "\"e\""));
    for (var thrown :
        List.of(
            new OutOfMemoryError("on purpose"),
            new LinkageError("on purpose"),
            new IllegalStateException("on purpose"))) {
      var caught =
          catchThrowableOfType(
              Throwable.class,
              () -> store.put("k", throwing(thrown), WriteCondition.always(), Map.of()));
      assertThat(caught).isSameAs(thrown);
    }
  }

  private static PartBody throwing(Throwable thrown) {
    return new PartBody() {
      @Override
      public long length() {
        return 10;
      }

      @Override
      public InputStream open() {
        return new InputStream() {
          @Override
          public int read() {
            if (thrown instanceof Error error) {
              throw error;
            }
            throw (RuntimeException) thrown;
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            return read();
          }
        };
      }

      @Override
      public void addTo(Checksum checksum) {
        // The store is asked for none.
      }
    };
  }

  private WriteOutcome put(WriteCondition condition) {
    return store.put("k", body(), condition, Map.of());
  }

  private WriteOutcome complete(WriteCondition condition) {
    return store.completeMultipart(UPLOAD, List.of(PART), condition);
  }

  private static PartBody body() {
    return PartBody.of("hello".getBytes(StandardCharsets.US_ASCII));
  }

  private static Answer object(int status, String text) {
    return Answer.of(status, "application/octet-stream", text)
        .with("ETag", "\"e\"")
        .with("Last-Modified", MODIFIED);
  }

  private static Answer listing(String content) {
    return Answer.xml(
        200, "<ListBucketResult><Name>b</Name>%s</ListBucketResult>".formatted(content));
  }

  private String endpoint() {
    return server.endpoint().toString();
  }

  private String messageOf(String operation, Answer always) {
    answering(always);
    return failure(operation(operation)).getMessage();
  }

  private static VirtMoverException failure(ThrowingCallable operation) {
    var failure = catchThrowableOfType(VirtMoverException.class, operation);
    if (failure != null) {
      assertThat(failure.getMessage())
          .doesNotContain("Exception", "null", "software.amazon", "\n")
          .matches("(?s).*[.]");
    }
    return failure;
  }
}
