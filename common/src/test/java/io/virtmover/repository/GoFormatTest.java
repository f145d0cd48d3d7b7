// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoFormatTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "1000, 1k",
    "1024, 1Ki",
    "1536, 1536",
    "512000, 500Ki",
    "1500500, 1500500",
    "3000000, 3M",
    "32212254720, 30Gi",
    "32212255232, 32212255232",
    "1073741824000, 1000Gi",
    "9223372036854775807, 9223372036854775807",
    "1152921504606846976, 1Ei"
  })
  void shouldWriteCanonicalQuantities(long bytes, String text) {
    assertThat(GoFormat.quantity(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-12T10:00:00Z, 2026-01-12T10:00:00Z",
    "2026-01-12T10:00:00.100Z, 2026-01-12T10:00:00.1Z",
    "2026-01-12T10:00:00.000000001Z, 2026-01-12T10:00:00.000000001Z"
  })
  void shouldCutZerosOffTimes(Instant time, String text) {
    assertThat(GoFormat.time(time)).isEqualTo(text);
  }

  @Test
  void shouldEscapeWhatGoEscapes() {
    // given
    var json = GoJson.object().put("a", "<b> & \u2028\u2029 \u00e4 \"\\ /").put("n", 1);

    // then
    assertThat(text(json))
        .isEqualTo(
            """
            {
              "a": "\\u003cb\\u003e \\u0026 \\u2028\\u2029 \u00e4 \\"\\\\ /",
              "n": 1
            }""");
  }

  @Test
  void shouldWriteEmptyThingsAsGoDoes() {
    // given
    var json = GoJson.object();
    json.putArray("a");
    json.putObject("o");

    // then
    assertThat(text(json)).isEqualTo("{\n  \"a\": [],\n  \"o\": {}\n}");
  }

  @Test
  void shouldKeepNumbersOfOthersAsTheyAre() {
    // given
    var text = "{\n  \"a\": 1.500,\n  \"b\": 123456789012345678901234567890\n}";

    // when
    var json = GoJson.read("k", ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), "");

    // then
    assertThat(text(json)).isEqualTo(text);
  }

  private static String text(ObjectNode json) {
    return new String(GoJson.write("k", json), StandardCharsets.UTF_8);
  }
}
