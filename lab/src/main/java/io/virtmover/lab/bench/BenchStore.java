// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.lab.pki.LocalCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The S3 server of all measurements ({@code bench/store}): one process for every side. */
final class BenchStore implements AutoCloseable {
  static final String BUCKET = "bench";

  /**
   * What the server saw since it was told to count anew.
   *
   * @param requests all of them
   * @param bodyIn bytes of bodies that came, as they are stored
   * @param bodyOut bytes of objects that went
   * @param first nanoseconds since 1970 of the first request; 0 without one
   * @param cpu seconds of the server itself
   * @param kinds requests by method and what the query makes of it
   */
  record Counters(
      long requests, long bodyIn, long bodyOut, long first, double cpu, Map<String, Long> kinds) {}

  /** How clients reach it. */
  enum Way {
    HTTP("http", "http"),
    TLS("https", "https"),
    /** TLS over a long way: a round trip, a rate for each connection and one for all. */
    FAR("far", "https");

    private final String address;
    private final String scheme;

    Way(String address, String scheme) {
      this.address = address;
      this.scheme = scheme;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE = 30;

  private final Process process;
  private final JsonNode addresses;
  private final Path folder;
  private final HttpClient control = HttpClient.newHttpClient();

  private BenchStore(Process process, JsonNode addresses, Path folder) {
    this.process = process;
    this.addresses = addresses;
    this.folder = folder;
  }

  /** Starts one that keeps its objects in a folder. */
  static BenchStore start(Path program, Path folder, LocalCertificate certificate)
      throws IOException {
    Files.createDirectories(folder.resolve("objects"));
    var process =
        new ProcessBuilder(
                program.toString(),
                "-folder",
                folder.resolve("objects").toString(),
                "-certificate",
                certificate.certificate().toString(),
                "-key",
                certificate.key().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var addresses = process.inputReader().readLine();
    if (addresses == null) {
      throw new IllegalStateException(program + " does not start");
    }
    var store = new BenchStore(process, JSON.readTree(addresses), folder);
    Files.writeString(
        store.credentials(),
        "[default]\naws_access_key_id = bench\naws_secret_access_key = bench\n");
    return store;
  }

  URI endpoint(Way way) {
    return URI.create(way.scheme + "://" + addresses.path(way.address).asText());
  }

  /** An AWS credentials file for it. */
  Path credentials() {
    return folder.resolve("credentials");
  }

  void countAnew() {
    ask("POST", "zero");
  }

  Counters counters() {
    var answer = ask("GET", "counters");
    var kinds = new TreeMap<String, Long>();
    answer
        .path("requests")
        .properties()
        .forEach(kind -> kinds.put(kind.getKey(), kind.getValue().asLong()));
    return new Counters(
        answer.path("total").asLong(),
        answer.path("bodyIn").asLong(),
        answer.path("bodyOut").asLong(),
        answer.path("first").asLong(),
        answer.path("cpu").asDouble(),
        kinds);
  }

  /** Forgets everything. */
  void clear() {
    ask("POST", "clear");
  }

  /** What is there now is what {@link #rollBack} brings back. */
  void mark() {
    ask("POST", "mark");
  }

  void rollBack() {
    ask("POST", "rollback");
  }

  /** Changes a byte in the middle of the largest object below a prefix. */
  void damage(String prefix) {
    ask("POST", "flip?prefix=" + prefix);
  }

  private JsonNode ask(String method, String path) {
    try {
      var address = URI.create("http://%s/%s".formatted(addresses.path("control").asText(), path));
      var request =
          HttpRequest.newBuilder(address)
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build();
      var answer = control.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException("store, %s: %s".formatted(path, answer.body()));
      }
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException("store, " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** It ends with its input. */
  @Override
  public void close() {
    control.close();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
