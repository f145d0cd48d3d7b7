// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lab's export server gives the answers that were recorded from the real one. */
class RecordedAnswersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_WALK_PAGES = 64;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "BASIC,    head, full",
    "BASIC,    head, incremental",
    "BASIC,    v1.8, incremental",
    "BASIC64K, head, full",
    "BASIC64K, head, incremental",
    "BASIC64K, v1.8, incremental",
    "ODD,      head, full",
    "ODD,      head, incremental",
    "CLEAN,    head, full",
    "CLEAN,    head, incremental",
    "ALT1G,    head, incremental",
  })
  void everyRecordedWalk_isAnsweredByteForByte(Recipe recipe, String version, String type)
      throws Exception {
    assertRecorded(recipe, version, type);
  }

  @ParameterizedTest
  @Tag("slow") // tens of thousands of guest writes each
  @CsvSource({"GAPDIRTY", "GAPALLOC", "GAPMID"})
  void mapsThatLoseRanges_loseThemByteForByte(Recipe recipe) throws Exception {
    assertRecorded(recipe, "head", "incremental");
  }

  private void assertRecorded(Recipe recipe, String version, String type) throws Exception {
    var incremental = type.equals("incremental");
    var recorded =
        "/kubevirt-export/%s/%s-%s/"
            .formatted(version, recipe.name().toLowerCase(Locale.ROOT), type);
    var summary = JSON.readTree(resource(recorded + "summary.json").orElseThrow());
    var flavour = version.equals("head") ? MapFlavour.MERGED : MapFlavour.V1_8;
    try (var vm = recipe.prepare(folder, incremental);
        var pull = vm.pull("chk", Recipe.baseCheckpoint(incremental));
        var server = ExportServer.start(pull, flavour)) {
      recipe.writeAfter(vm);
      var client = new Client(server);
      for (var walk : summary.path("walks")) {
        if (walk.path("pages").asInt() <= LARGEST_WALK_PAGES) {
          assertWalk(client, recorded, summary, walk);
        }
      }
      if (summary.has("data_whole_disk")) {
        assertThat(client.dataSha256())
            .isEqualTo(summary.path("data_whole_disk").path("sha256").asText());
      }
    }
  }

  private static void assertWalk(Client client, String recorded, JsonNode summary, JsonNode walk)
      throws Exception {
    var pageSize = walk.path("page_size").asInt();
    var pages = walk.path("pages").asInt();
    var lines = MessageDigest.getInstance("SHA-256");
    var extents = 0L;
    JsonNode next = JSON.getNodeFactory().numberNode(0);
    for (var page = 1; !next.isNull(); page++) {
      var body = client.map(next.asLong(), pageSize);
      assertRecordedPage(body, recorded, summary, pageSize, page, pages);
      var answer = JSON.readTree(body);
      for (var extent : answer.path("extents")) {
        var line =
            "%d %d %d\n"
                .formatted(
                    extent.path("offset").asLong(),
                    extent.path("length").asLong(),
                    extent.path("type").asLong());
        lines.update(line.getBytes(StandardCharsets.US_ASCII));
        extents++;
      }
      next = answer.path("next_offset");
      assertThat(page).isLessThanOrEqualTo(pages);
    }
    assertThat(extents).isEqualTo(walk.path("extents").asLong());
    assertThat(HexFormat.of().formatHex(lines.digest()))
        .isEqualTo(walk.path("sha256_of_lines_offset_length_type").asText());
  }

  private static void assertRecordedPage(
      byte[] body, String recorded, JsonNode summary, int pageSize, int page, int pages)
      throws Exception {
    var size = pageSize == 512 ? "default" : Integer.toString(pageSize);
    var name = "map-page_size-%s-page-%d-of-%d.json".formatted(size, page, pages);
    var stored = resource(recorded + name);
    if (stored.isPresent()) {
      assertThat(new String(body, StandardCharsets.UTF_8))
          .isEqualTo(new String(stored.get(), StandardCharsets.UTF_8));
    }
    var hash = summary.path("not_stored").path(name).path("sha256");
    if (!hash.isMissingNode()) {
      assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)))
          .isEqualTo(hash.asText());
    }
  }

  private static Optional<byte[]> resource(String name) throws IOException {
    try (var in = RecordedAnswersTest.class.getResourceAsStream(name)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }

  private record Client(HttpClient http, String url, String token) {
    Client(ExportServer server) {
      this(
          HttpClient.newBuilder()
              .sslContext(Clients.trusting(server.caFile()))
              .version(HttpClient.Version.HTTP_1_1)
              .build(),
          server.url(Recipe.VOLUME),
          server.token());
    }

    byte[] map(long offset, int pageSize) throws Exception {
      var query = "/map?offset=%d&page_size=%d".formatted(offset, pageSize);
      var response = get(query, HttpResponse.BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
      return response.body();
    }

    String dataSha256() throws Exception {
      var digest = MessageDigest.getInstance("SHA-256");
      try (InputStream body = get("/data", HttpResponse.BodyHandlers.ofInputStream()).body();
          var in = new DigestInputStream(body, digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      return HexFormat.of().formatHex(digest.digest());
    }

    private <T> HttpResponse<T> get(String query, HttpResponse.BodyHandler<T> handler)
        throws Exception {
      return http.send(
          HttpRequest.newBuilder(URI.create(url + query))
              .header("x-kubevirt-export-token", token)
              .build(),
          handler);
    }
  }
}
