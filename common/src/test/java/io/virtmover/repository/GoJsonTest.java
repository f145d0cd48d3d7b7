// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read and refused; how it is written is in {@link GoFormatTest}. */
class GoJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " {\"a\": 1}\n",
        "{\"a\": 1.50, \"b\": 1e400}",
        "{\"a\": {\"a\": 1}}",
        "{\"a\": null, \"\": []}"
      })
  void aDocument_isReadAndWrittenAndReadAgain(String text) {
    // when
    var document = read(text);

    // then
    var again = GoJson.read("k", ByteBuffer.wrap(GoJson.write("k", document)), "");
    assertThat(again).isEqualTo(document);
  }

  /** A foreign document may hold it, and UTF-8 cannot. */
  @Test
  void halfASurrogatePair_keepsNoDocumentFromBeingWritten() {
    // given
    var document = read("{\"a\": \"\\ud800\", \"b\": \"kept\"}");

    // when
    var again = GoJson.read("k", ByteBuffer.wrap(GoJson.write("k", document)), "");

    // then
    assertThat(again.path("b").asText()).isEqualTo("kept");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''            | it is not a JSON object
          []            | it is not a JSON object
          null          | it is not a JSON object
          "x"           | it is not a JSON object
          {"a": 1       | line 1, column
          {"a": 1} x    | line 1, column
          {"a": 1}{}    | line 1, column
          {'a': 1}      | line 1, column
          {"a": 01}     | line 1, column
          {"a": NaN}    | line 1, column
          {"a": 1,}     | line 1, column
          {"a":1,"a":1} | Duplicate field
          """)
  void anythingElse_isRefusedInOneLine(String text, String words) {
    assertRefused(text, words);
  }

  @Test
  void aByteOrderMark_isRefusedAsThat() {
    assertRefused("\ufeff{}", "it begins with a byte order mark");
  }

  @Test
  void whatIsTooDeepOrTooLong_isRefused() {
    assertThat(read("{\"a\":".repeat(63) + "1" + "}".repeat(63))).isNotEmpty();
    assertRefused("{\"a\":".repeat(65) + "1" + "}".repeat(65), "nesting depth");
    assertRefused("{\"a\": \"%s\"}".formatted("x".repeat((1 << 20) + 1)), "length");
    assertRefused("{\"a\": %s}".formatted("1".repeat(41)), "length");
  }

  @Test
  void aDocumentThatWouldNotBeReadAgain_isNotWritten() {
    // given
    var document = GoJson.object().put("a", "x".repeat(GoJson.LIMIT));

    // then
    assertThatThrownBy(() -> GoJson.write("index.json", document))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED))
        .hasMessageStartingWith("index.json would grow to ")
        .hasMessageEndingWith("Delete old backups.");
  }

  @Test
  void theCallersBuffer_isLeftAsItWas() {
    // given
    var bytes = ByteBuffer.wrap("xx{}".getBytes(UTF_8)).position(2);

    // when
    var document = GoJson.read("k", bytes, "");

    // then
    assertThat(document.isEmpty()).isTrue();
    assertThat(bytes.position()).isEqualTo(2);
  }

  @Test
  void textOfADocument_isFitForAMessage() {
    assertThat(GoJson.printable("a\nb\u001b[31m\u0000")).isEqualTo("a?b?[31m?");
    assertThat(GoJson.printable("a".repeat(300))).hasSize(300);
    assertThat(GoJson.printable("a".repeat(301))).isEqualTo("a".repeat(300) + "...");
  }

  private static ObjectNode read(String text) {
    return GoJson.read("index.json", ByteBuffer.wrap(text.getBytes(UTF_8)), "Rebuild it.");
  }

  private static void assertRefused(String text, String words) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP))
        .hasMessageStartingWith("index.json cannot be read: ")
        .hasMessageContaining(words)
        .hasMessageEndingWith(" Rebuild it.")
        .message()
        .hasLineCount(1);
  }
}
