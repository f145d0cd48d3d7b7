// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.virtmover.lab.export.ExportFaults;
import io.virtmover.lab.kubevirt.VmiKey;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.launcher.Domain;
import io.virtmover.lab.kubevirt.launcher.ExportGateway;
import io.virtmover.lab.kubevirt.launcher.Launchers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What has no Kubernetes API: the inside of the guests and the faults of the export listeners, as
 * JSON over HTTP on the node's address.
 *
 * <pre>
 * POST   /vms/NAMESPACE/NAME/work      {"seed", "steps"}                      all disks, any kind of write
 * POST   /vms/NAMESPACE/NAME/write     {"volume", "seed", "offset", "length"} random bytes
 * POST   /vms/NAMESPACE/NAME/discard   {"volume", "offset", "length"}
 * POST   /vms/NAMESPACE/NAME/zero      {"volume", "offset", "length"}
 * POST   /vms/NAMESPACE/NAME/writer    {"seed"}                               keeps writing; DELETE ends it
 * POST   /vms/NAMESPACE/NAME/witness   {}                                     remember contents at checkpoints
 * GET    /vms/NAMESPACE/NAME/witness/CHECKPOINT                               {VOLUME: {"sha256", "bytes"}}
 * GET    /vms/NAMESPACE/NAME/contents                                         the same, now
 * GET    /vms/NAMESPACE/NAME/files                                            [TEXT], of a Linux guest
 * POST   /vms/NAMESPACE/NAME/kill      {}                                     QEMU dies as in a crash
 * DELETE /vms/NAMESPACE/NAME/checkpoints/VOLUME                               a disk's bitmaps get lost
 * POST   /exports/NAMESPACE/NAME/faults {"unavailable"} or {"body", "requests", "afterBytes"} or {"latencyMs"}
 *                                       or {"volume", "map"}: every map of the volume is this JSON; null ends it
 *                                       or {"holdAfterBytes"}: data of all requests stops there; null ends it
 * POST   /backups/NAMESPACE/NAME/expire {}                                    its time, ttlDuration, is over now
 * GET    /exports/NAMESPACE/NAME/held                                         {"held"}, when it has stopped or after some minutes
 * </pre>
 *
 * Offsets and lengths are bytes. Errors are {@code {"error": TEXT}} with status 400, 404 or 409.
 */
final class ControlServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  private static final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
    private final int status;

    Refusal(int status, String message) {
      super(message);
      this.status = status;
    }
  }

  private final Launchers launchers;
  private final ExportGateway exports;
  private final Consumer<ObjectKey> expire;
  private final HttpServer server;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();

  private ControlServer(
      Launchers launchers, ExportGateway exports, Consumer<ObjectKey> expire, HttpServer server) {
    this.launchers = launchers;
    this.exports = exports;
    this.expire = expire;
    this.server = server;
  }

  static ControlServer start(
      String address, Launchers launchers, ExportGateway exports, Consumer<ObjectKey> expire)
      throws IOException {
    var server = HttpServer.create(new InetSocketAddress(address, 0), 0);
    var control = new ControlServer(launchers, exports, expire, server);
    server.createContext("/", control::handle);
    server.setExecutor(control.workers);
    server.start();
    return control;
  }

  String url() {
    return "http://%s:%d"
        .formatted(
            server.getAddress().getAddress().getHostAddress(), server.getAddress().getPort());
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        var body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        answer(exchange, 200, route(exchange, body));
      } catch (Refusal e) {
        answer(exchange, e.status, Map.of("error", String.valueOf(e.getMessage())));
      } catch (IOException | RuntimeException e) {
        answer(exchange, 400, Map.of("error", String.valueOf(e.getMessage())));
      }
    }
  }

  private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
    var bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private Object route(HttpExchange exchange, JsonNode body) throws Refusal {
    var path = List.of(exchange.getRequestURI().getPath().substring(1).split("/"));
    if (path.size() < 4) {
      throw new Refusal(404, "no such path");
    }
    var method = exchange.getRequestMethod();
    return switch (path.getFirst()) {
      case "vms" ->
          vm(
              method,
              domain(new VmiKey(path.get(1), path.get(2))),
              path.subList(3, path.size()),
              body);
      case "exports" -> export(method, path, body);
      case "backups" -> backup(method, path);
      default -> throw new Refusal(404, "no such path");
    };
  }

  private Domain domain(VmiKey key) throws Refusal {
    return launchers
        .find(key)
        .filter(Domain::isRunning)
        .orElseThrow(() -> new Refusal(409, "VM %s is not running".formatted(key)));
  }

  private static Object vm(String method, Domain domain, List<String> action, JsonNode body)
      throws Refusal {
    var guest = domain.guest();
    var volume = body.path("volume").asText();
    var offset = body.path("offset").asLong();
    var length = body.path("length").asLong();
    var seed = body.path("seed").asLong();
    switch (method + " " + action.getFirst()) {
      case "POST work" -> guest.work(seed, body.path("steps").asInt(20));
      case "POST write" -> guest.write(volume, seed, offset, length);
      case "POST discard" -> guest.discard(volume, offset, length);
      case "POST zero" -> guest.zero(volume, offset, length);
      case "POST writer" -> guest.startWriter(seed);
      case "DELETE writer" -> guest.stopWriter();
      case "POST witness" -> domain.witness();
      case "POST kill" -> domain.kill();
      case "DELETE checkpoints" -> domain.dropCheckpoints(action.getLast());
      case "GET contents" -> {
        return guest.contents();
      }
      case "GET files" -> {
        return guest.files();
      }
      case "GET witness" -> {
        return domain.witnessed(action.getLast());
      }
      default -> throw new Refusal(404, "no such action");
    }
    return Map.of();
  }

  private Object export(String method, List<String> path, JsonNode body) throws Refusal {
    var faults =
        exports
            .faults(path.get(1), path.get(2))
            .orElseThrow(
                () -> new Refusal(404, "no export %s/%s".formatted(path.get(1), path.get(2))));
    return switch (method + " " + path.get(3)) {
      case "POST faults" -> fault(faults, body);
      case "GET held" -> held(faults);
      default -> throw new Refusal(404, "no such action");
    };
  }

  private Object backup(String method, List<String> path) throws Refusal {
    if (!(method + " " + path.get(3)).equals("POST expire")) {
      throw new Refusal(404, "no such action");
    }
    expire.accept(new ObjectKey(path.get(1), path.get(2)));
    return Map.of();
  }

  private static Object held(ExportFaults faults) {
    try {
      return Map.of("held", faults.awaitHeld(PATIENCE));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static Object fault(ExportFaults faults, JsonNode body) {
    if (body.has("unavailable")) {
      faults.unavailable(body.path("unavailable").asInt());
    }
    if (body.has("body")) {
      faults.data(
          body.path("requests").asInt(1),
          ExportFaults.Body.valueOf(body.path("body").asText().toUpperCase(Locale.ROOT)),
          body.path("afterBytes").asLong());
    }
    if (body.has("latencyMs")) {
      faults.latency(Duration.ofMillis(body.path("latencyMs").asLong()));
    }
    if (body.path("holdAfterBytes").isNumber()) {
      faults.holdAfter(body.path("holdAfterBytes").asLong());
    } else if (body.has("holdAfterBytes")) {
      faults.release();
    }
    if (body.has("map")) {
      faults.map(cannedMap(body.path("volume").asText(), body.path("map")));
    }
    return Map.of();
  }

  private static Function<ExportFaults.MapQuery, Optional<String>> cannedMap(
      String volume, JsonNode map) {
    return query ->
        map.isNull() || !query.volume().equals(volume)
            ? Optional.empty()
            : Optional.of(map.toString());
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
