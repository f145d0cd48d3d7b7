// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.virtmover.failure.FailureKind;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.UploadGoneException;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import io.virtmover.objectstore.s3.CannedServer.Answer;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.zip.Checksum;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What answers are taken for, and what is said of those that are no S3 server's. */
class AnswersTest extends OnCannedServer {
  private static final String PAGE = "<html><body><h1>It works!</h1></body></html>";

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

  /** Servers written in Go begin each word of a header with a capital. */
  @Test
  void metadata_isTheSameHoweverTheStoreSpellsItsHeaders() {
    answering(
        new Answer(200, Map.of(), "x")
            .with("X-Amz-Meta-Virtmover-Attempt", "One")
            .with("ETag", "\"e\"")
            .with("Last-Modified", "Sat, 28 Nov 2026 06:00:00 GMT"));
    assertThat(store.get("k", 10).orElseThrow().stat().metadata())
        .containsExactly(Map.entry("virtmover-attempt", "One"));
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
  void uploadsThatWereNotAskedFor_areNotShown() {
    answering(
        Answer.xml(
            200,
            """
            <ListMultipartUploadsResult>
              <Upload><Key>other</Key><UploadId>1</UploadId></Upload>
              <Upload><Key>k/mine</Key><UploadId>2</UploadId></Upload>
            </ListMultipartUploadsResult>"""));
    assertThat(store.openUploads("k")).extracting(MultipartUpload::key).containsExactly("k/mine");
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
  void aLostCondition_isOnlyWhatTheStoreCallsSo() {
    answering(
        asked ->
            asked.is("HEAD", "")
                ? object(200, "").with("Content-Length", "2")
                : Answer.error(412, "PreconditionFailed"));
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
}
