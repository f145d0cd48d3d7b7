// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;

class S3WordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          -                                                        | ''
          null                                                     | ''
          words of the store.                                      | words of the store
          java.net.ConnectException: Connection refused            | Connection refused
          Unable to execute HTTP request: s3.example               | s3.example
          Too slow. (SDK Attempt Count: 3)                         | Too slow
          first;second                                             | first
          """)
  void shouldTakeTheLineThatAPersonCanUse(String text, String line) {
    assertThat(S3Words.line(text == null ? null : text.replace(';', '\n'))).isEqualTo(line);
  }

  @Test
  void shouldGoOnToTheCauseWhereAFailureSaysNothing() {
    assertThat(S3Words.chain(new IOException(null, new IOException("reset")))).isEqualTo("reset");
    assertThat(S3Words.chain(SdkClientException.create("null", new IOException("reset."))))
        .isEqualTo("reset");
    assertThat(S3Words.chain(new IOException())).isEqualTo("the connection broke");
    assertThat(S3Words.chain(null)).isEqualTo("the connection broke");
  }
}
