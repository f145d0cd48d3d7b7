// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What answers is not the S3 server that is meant: no command takes that for an empty bucket. */
class WrongServerTest {
  private static final String XML = "<Error><Code>%s</Code><Message>on demand</Message></Error>";

  @TempDir private Path folder;

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "404 | text/plain | default backend - 404             | 2 | default backend",
        "404 | text/html  | <html><h1>Not Found</h1></html>   | 2 | Not Found",
        "200 | text/html  | <html><h1>It works!</h1></html>   | 2 | is no S3 server",
        "404 | text/xml   | InvalidAccessKeyId                | 4 | credentials file",
        "404 | text/xml   | NoSuchBucket                      | 2 | NoSuchBucket",
        "403 | text/html  | <html><h1>Sign in</h1></html>     | 4 | Sign in",
      })
  void itIsToldWhatAnswered(int status, String type, String body, int exitCode, String words)
      throws IOException {
    var answer = type.equals("text/xml") ? XML.formatted(body) : body;
    assertRefused(status, type, answer, exitCode, words);
  }

  @Test
  void anotherRegion_isNamed() throws IOException {
    assertRefused(301, "text/xml", XML.formatted("PermanentRedirect"), 2, "region eu-west-3");
  }

  private void assertRefused(int status, String type, String body, int exitCode, String words)
      throws IOException {
    // given
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Content-Type", type);
            if (status == 301) {
              exchange.getResponseHeaders().set("x-amz-bucket-region", "eu-west-3");
            }
            var isEmpty = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, isEmpty ? -1 : bytes.length);
            if (!isEmpty) {
              exchange.getResponseBody().write(bytes);
            }
          }
        });
    server.start();
    try {
      var endpoint = "http://127.0.0.1:" + server.getAddress().getPort();
      var virtmover = new VirtMover(location(endpoint));
      for (var command :
          List.of(
              List.of("list"),
              List.of("list", "--vm", "shop/db-01"),
              List.of("verify", "--vm", "shop/db-01"))) {
        // when
        var ended =
            virtmover.run(
                command.getFirst(), command.subList(1, command.size()).toArray(String[]::new));

        // then
        assertThat(ended.exitCode()).as(command + ": " + ended.err()).isEqualTo(exitCode);
        ended.assertOneClearLine(words);
      }
    } finally {
      server.stop(0);
    }
  }

  private List<String> location(String endpoint) throws IOException {
    var credentials =
        Files.writeString(
            folder.resolve("credentials"),
            "[default]\naws_access_key_id = lab\naws_secret_access_key = lab-secret\n");
    return List.of(
        "--bucket",
        "backups",
        "--region",
        "us-east-1",
        "--endpoint",
        endpoint,
        "--path-style",
        "--credentials",
        credentials.toString());
  }
}
