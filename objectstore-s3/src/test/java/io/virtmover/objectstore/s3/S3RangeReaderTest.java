// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import io.virtmover.objectstore.s3.CannedServer.Answer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is taken for the bytes that were asked for, and how a body that breaks off goes on. */
class S3RangeReaderTest extends OnCannedServer {
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

  /** A server that sends one byte at a time, and none behind the first {@code most}. */
  private static CannedServer.Behaviour sending(String content, int most) {
    return asked -> {
      var first =
          Integer.parseInt(
              asked.headers().getOrDefault("range", "").replaceAll("bytes=(\\d+)-.*", "$1"));
      var bytes = first < most ? content.substring(first, first + 1) : "";
      return object(206, bytes)
          .with("Content-Range", "bytes %d-%d/9".formatted(first, content.length() - 1));
    };
  }

  @Test
  void aBodyThatAlwaysBreaksOff_isReadAsLongAsSomethingComes() {
    // given
    answering(sending("012345678", 9));

    // when
    var into = ByteBuffer.allocate(9);
    store.getRange("k", 0, into, Optional.empty());

    // then
    assertThat(new String(into.array(), StandardCharsets.US_ASCII)).isEqualTo("012345678");
    assertThat(server.asked()).hasSize(9);
  }

  @Test
  void aBodyOfWhichNothingComesAnyMore_isGivenUp() {
    answering(sending("012345678", 3));
    assertThat(failure(() -> store.getRange("k", 0, ByteBuffer.allocate(9), Optional.empty())))
        .hasMessageContaining("the body ended 6 bytes early")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.UNAVAILABLE));
    assertThat(server.asked()).hasSize(3 + 5);
  }

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchKey,          s3://b/k is missing; restore another backup or bring the object back.",
    "412, PreconditionFailed, s3://b/k was replaced while it was read; restore another backup or bring the object back.",
    "416, InvalidRange,       s3://b/k ends before byte 4; restore another backup or bring the object back.",
  })
  void anObjectThatIsNotWhatItWas_isDamage(int status, String code, String message) {
    answering(Answer.error(status, code));
    assertThat(failure(() -> store.getRange("k", 4, ByteBuffer.allocate(3), Optional.of("\"e\""))))
        .hasMessage(message)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP));
  }
}
