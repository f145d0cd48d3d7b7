// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.callback;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.controller.GoldenDocument;
import io.virtmover.transfer.ProgressCodec;
import io.virtmover.transfer.TransferProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The document of the interface for movers, as the build has written it. */
class OpenApiIT {
  private static final Path MADE = Path.of("target", "openapi");
  private static final Path CONTRACT = Path.of("../common/src/test/resources/golden/transfer-1.1");

  @Test
  void theDocument_isCurrent() throws IOException {
    GoldenDocument.assertIs("callback-api.yaml", Files.readString(MADE.resolve("openapi.yaml")));
  }

  @Test
  void theDocument_isOfTheContractsVersion() throws IOException {
    // given
    var posted =
        new ObjectMapper().readTree(ProgressCodec.write(new TransferProgress("some", 0, 1)));

    // then
    assertThat(made().path("info").path("version")).isEqualTo(posted.path("version"));
  }

  static Stream<Arguments> documents() {
    return Stream.of(
        Arguments.of("Progress", List.of("progress.json")),
        Arguments.of(
            "Result",
            List.of(
                "result-backup.json",
                "result-restore.json",
                "result-failed.json",
                "result-canceled.json")));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void itsSchemas_haveTheFieldsThatMoversPost(String schema, List<String> samples)
      throws IOException {
    // given
    var described = made().path("components").path("schemas").path(schema);
    assertThat(described.path("properties").properties()).isNotEmpty();

    // then
    for (var sample : samples) {
      var posted = new ObjectMapper().readTree(CONTRACT.resolve(sample).toFile());
      assertFits(sample, described, posted);
    }
  }

  private static void assertFits(String where, JsonNode schema, JsonNode posted) {
    var properties = schema.path("properties");
    schema
        .path("required")
        .forEach(name -> assertThat(posted.has(name.asText())).as(where + name).isTrue());
    // What is inside a report is the contract's to say.
    if (!where.endsWith("/report")) {
      posted
          .properties()
          .forEach(
              field -> {
                var name = field.getKey();
                assertThat(properties.has(name)).as(where + "/" + name).isTrue();
                if (field.getValue().isObject()) {
                  assertFits(where + "/" + name, properties.path(name), field.getValue());
                }
              });
    }
  }

  private static JsonNode made() throws IOException {
    return new ObjectMapper().readTree(MADE.resolve("openapi.json").toFile());
  }
}
