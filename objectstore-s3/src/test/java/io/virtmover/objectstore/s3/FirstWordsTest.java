// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.http.SdkHttpResponse;

class FirstWordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                                    | no body
          default backend                                       | "default backend"
          <html><body><h1>502 Bad Gateway</h1>nginx</body></html> | "502 Bad Gateway nginx"
          <script>var a = 1;</script>It works                   | "It works"
          <STYLE x="y">p {}</STYLE >It works                    | "It works"
          say "hello"                                           | "say 'hello'"
          <br/>                                                 | ""
          """)
  void shouldQuoteWhatAPersonCanRead(String body, String words) {
    assertThat(FirstWords.of(404, "text/html", bytes(body)))
        .isEqualTo("404 (text/html, %s)".formatted(words));
  }

  @Test
  void shouldStayShortAndOnOneLine() {
    assertThat(FirstWords.of(500, "t", bytes("a\r\n\u001b[31mb\u0000c")))
        .isEqualTo("500 (t, \"a [31mb c\")");
    assertThat(FirstWords.of(500, "t", bytes("x".repeat(61))))
        .isEqualTo("500 (t, \"" + "x".repeat(60) + "...\")");
    assertThat(FirstWords.of(500, "t", bytes("x".repeat(60))))
        .isEqualTo("500 (t, \"" + "x".repeat(60) + "\")");
    assertThat(FirstWords.of(500, "t", bytes(" ".repeat(2048) + "late")))
        .isEqualTo("500 (t, \"\")");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text/html                | text/html
          text/html; charset=utf-8 | text/html
          ;                        | no content type
          ''                       | no content type
          """)
  void shouldTellTheContentTypeWithoutItsParameters(String header, String type) {
    var response = SdkHttpResponse.builder().putHeader("content-type", header).build();
    assertThat(FirstWords.contentType(response)).isEqualTo(type);
    assertThat(FirstWords.contentType(SdkHttpResponse.builder().build()))
        .isEqualTo("no content type");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
