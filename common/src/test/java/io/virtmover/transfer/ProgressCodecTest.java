// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What anybody in the cluster may send; that of a mover is in {@code TransferContractTest}. */
class ProgressCodecTest {
  private static final String LONGEST_NUMBER = "9223372036854775807";

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "3, 4, 3", "4, 4, 4", "5, 4, 4", "1, 0, 0"})
  void moreThanAll_isAll(long done, long total, long written) {
    // when
    var progress = TransferProgress.limited("a", done, total);

    // then
    assertThat(progress).isEqualTo(new TransferProgress("a", written, total));
    assertThat(read(ProgressCodec.write(progress))).isEqualTo(progress);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "id":"a"          | "id":""            | INVALID_REQUEST | The progress: id is missing
          "id":"a"          | "id":"../hush"     | INVALID_REQUEST | The progress, id: The id of an attempt
          "id":"a"          | "id":"hush\\n"     | INVALID_REQUEST | The progress, id: The id of an attempt
          "bytesDone":3     | "bytesDone":-1     | INVALID_REQUEST | The progress: A progress cannot have fewer
          "bytesDone":3     | "bytesDone":5      | INVALID_REQUEST | more bytes done than there are in total
          "bytesDone":3     | "bytesDone":"hush" | INVALID_REQUEST | bytesDone is not a whole number
          "bytesDone":3     | "bytesDone":1e3    | INVALID_REQUEST | bytesDone is not a whole number
          "bytesDone":3     | "bytesDone":null   | INVALID_REQUEST | bytesDone is missing
          "totalBytes":4    | "totalBytes":-4    | INVALID_REQUEST | fewer than 0 bytes
          "totalBytes":4    | "totalBytes":9223372036854775808 | INVALID_REQUEST | totalBytes is not a whole number
          "totalBytes":4    | "totals":4         | INVALID_REQUEST | totalBytes is missing
          "totalBytes":4    | "totalBytes":4,"hush hush":1 | INVALID_REQUEST | there is an unknown field
          "totalBytes":4    | "totalBytes":4,"totalBytes":4 | INVALID_REQUEST | is not JSON
          "version":"1.1"   | "version":"2.0"    | UNSUPPORTED     | The progress has version 2.0
          """)
  void whatIsNoProgress_isRefusedWithoutItsContent(
      String right, String wrong, FailureKind kind, String message) {
    // given
    var good = "{\"version\":\"1.1\",\"id\":\"a\",\"bytesDone\":3,\"totalBytes\":4}";
    assertThat(good).contains(right);

    // then
    assertFails(() -> read(good.replace(right, wrong)), kind, message);
    assertThat(read(good)).isEqualTo(new TransferProgress("a", 3, 4));
  }

  @Test
  void whatIsTooLong_isNotLookedAt() {
    // given
    var deep = "[".repeat(ProgressCodec.LONGEST + 1);

    // then
    assertFails(() -> read(deep), FailureKind.INVALID_REQUEST, "The progress is too large.");
    assertFails(
        () -> read(deep.substring(1)), FailureKind.INVALID_REQUEST, "The progress is not JSON");
  }

  @Test
  void theLargestNumber_isRead() {
    assertThat(
            read(
                "{\"version\":\"1.1\",\"id\":\"a\",\"bytesDone\":%1$s,\"totalBytes\":%1$s}"
                    .formatted(LONGEST_NUMBER)))
        .isEqualTo(new TransferProgress("a", Long.MAX_VALUE, Long.MAX_VALUE));
  }

  private static TransferProgress read(String json) {
    return ProgressCodec.read("The progress", json.getBytes(StandardCharsets.UTF_8));
  }
}
