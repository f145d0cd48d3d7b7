// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.objectstore.PartList;
import io.virtmover.objectstore.UploadGoneException;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import io.virtmover.objectstore.s3.CannedServer.Answer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether an upload is completed is told by the object that is there, whatever is answered. */
class S3CompletionTest extends OnCannedServer {
  @Test
  void anErrorInsideACompletion_isAnError() {
    answering(Answer.xml(200, "<Error><Code>InternalError</Code><Message>sorry</Message></Error>"));
    assertThat(failure(operation("complete")))
        .hasMessageContaining("InternalError, sorry")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.UNAVAILABLE));
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

  /** MinIO looks at the condition first, so that a repeated completion meets its own object. */
  @ParameterizedTest
  @CsvSource({"5, true, 1", "6, false, 0"})
  void aConditionThatFailsOnTheseParts_isALostAnswer(int size, boolean written, int aborts) {
    // given
    answering(
        asked ->
            switch (asked.method()) {
              case "POST" -> Answer.error(412, "PreconditionFailed");
              case "DELETE" -> Answer.error(404, "NoSuchUpload");
              default -> object(200, "").with("ETag", madeOf()).with("Content-Length", "" + size);
            });

    // then
    assertThat(complete(WriteCondition.ifAbsent()))
        .isEqualTo(
            written ? new WriteOutcome.Written(madeOf()) : new WriteOutcome.ConditionFailed());
    assertThat(server.asked().stream().filter(asked -> asked.is("DELETE", "uploadId=u")))
        .as("another run's object may be the same, and this upload still open")
        .hasSize(aborts);
  }

  @Test
  void anUploadThatCannotBeFreedAfterwards_failsNothing() {
    // given
    answering(
        asked ->
            switch (asked.method()) {
              case "POST" -> Answer.error(412, "PreconditionFailed");
              case "DELETE" -> Answer.error(403, "AccessDenied");
              default -> object(200, "").with("ETag", madeOf()).with("Content-Length", "5");
            });

    // then
    assertThat(complete(WriteCondition.ifAbsent())).isEqualTo(new WriteOutcome.Written(madeOf()));
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

  /** A store that keeps its own entity tags says success, and another run's parts are there. */
  @ParameterizedTest
  @CsvSource({
    "5, '',         true",
    "5, NSRBwg==-1, false",
    "6, '',         false",
  })
  void aSuccessForOtherParts_isNone(int size, String kept, boolean written) {
    // given
    answering(
        asked -> {
          if (asked.is("POST", "")) {
            return Answer.xml(
                200,
                "<CompleteMultipartUploadResult><ETag>opaque</ETag></CompleteMultipartUploadResult>");
          }
          var head = object(200, "").with("ETag", "\"opaque\"").with("Content-Length", "" + size);
          return kept.isEmpty() ? head : head.with("x-amz-checksum-crc32", kept);
        });

    // then
    assertThat(complete(WriteCondition.ifAbsent()))
        .isEqualTo(
            written ? new WriteOutcome.Written("\"opaque\"") : new WriteOutcome.ConditionFailed());
  }

  /** Nobody has written since, so that it was not another run's write that came first. */
  @ParameterizedTest
  @CsvSource({"'\"other\"', true", "'\"e\"', false"})
  void aLostAnswerOverAnObject_isToldByTheVersionThatWasThere(String there, boolean isLost) {
    // given
    answering(
        asked ->
            asked.is("POST", "")
                ? Answer.error(404, "NoSuchUpload")
                : object(200, "").with("ETag", there).with("Content-Length", "5"));

    // then
    if (isLost) {
      assertThat(complete(WriteCondition.ifUnchanged("\"e\"")))
          .isInstanceOf(WriteOutcome.ConditionFailed.class);
    } else {
      assertThat(failure(() -> complete(WriteCondition.ifUnchanged("\"e\""))))
          .isInstanceOf(UploadGoneException.class);
    }
  }
}
