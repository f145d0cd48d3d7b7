// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The lab's export server gives the answers that were recorded from the real one. */
@Execution(ExecutionMode.CONCURRENT)
class RecordedAnswersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST_WALK_PAGES = 64;

  @TempDir private Path folder;

  static Stream<RecordedMaps> small() {
    return RecordedMaps.all().stream().filter(recorded -> !recorded.recipe().isLarge());
  }

  static Stream<RecordedMaps> large() {
    return RecordedMaps.all().stream().filter(recorded -> recorded.recipe().isLarge());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("small")
  void everyRecordedWalk_isAnsweredByteForByte(RecordedMaps recorded) throws Exception {
    assertRecorded(recorded);
  }

  @ParameterizedTest(name = "{0}")
  @Tag("slow") // tens of thousands of guest writes each
  @MethodSource("large")
  void mapsThatLoseRanges_loseThemByteForByte(RecordedMaps recorded) throws Exception {
    assertRecorded(recorded);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.virtmover.lab.export.RecordedMaps#all")
  void everyRecording_hasTheFirstAndTheLastPageOfItsWalks(RecordedMaps recorded) {
    // when
    var walks = recorded.walks();

    // then
    assertThat(walks)
        .isNotEmpty()
        .allSatisfy(walk -> assertThat(walk.page(1)).as("page 1 of %s", walk).isPresent())
        .allSatisfy(walk -> assertThat(walk.page(walk.pages())).as("end of %s", walk).isPresent());
  }

  private void assertRecorded(RecordedMaps recorded) throws Exception {
    try (var vm = recorded.recipe().prepare(folder, recorded.isIncremental());
        var pull = vm.pull("chk", Recipe.baseCheckpoint(recorded.isIncremental()));
        var server = ExportServer.start(pull, recorded.release().incrementMap())) {
      recorded.recipe().writeAfter(vm);
      var client = new Client(server);
      for (var walk : recorded.walks()) {
        if (walk.pages() <= LARGEST_WALK_PAGES) {
          assertWalk(client, walk);
        } else {
          assertPage(walk, 1, client.map(0, walk.pageSize()));
        }
      }
      if (recorded.wholeDiskSha256().isPresent()) {
        assertThat(client.dataSha256()).isEqualTo(recorded.wholeDiskSha256().get());
      }
    }
  }

  private static void assertWalk(Client client, RecordedMaps.Walk walk) throws Exception {
    var lines = MessageDigest.getInstance("SHA-256");
    var extents = 0L;
    JsonNode next = JSON.getNodeFactory().numberNode(0);
    for (var page = 1; !next.isNull(); page++) {
      var body = client.map(next.asLong(), walk.pageSize());
      assertPage(walk, page, body);
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
      assertThat(page).isLessThanOrEqualTo(walk.pages());
    }
    assertThat(extents).isEqualTo(walk.extents());
    assertThat(HexFormat.of().formatHex(lines.digest())).isEqualTo(walk.sha256OfLines());
  }

  private static void assertPage(RecordedMaps.Walk walk, int page, byte[] body) {
    walk.page(page)
        .ifPresent(
            recorded -> assertThat(recorded.like(body)).as("page %d", page).isEqualTo(recorded));
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
