// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.training;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * An API server of a cluster with nothing in it, where nothing happens, and that keeps what it is
 * given. Just enough for a controller to lead and to serve requests.
 */
final class TrainingApi implements AutoCloseable {
  private static final String EMPTY_LIST =
      "{\"kind\": \"List\", \"apiVersion\": \"v1\", \"metadata\": {\"resourceVersion\": \"1\"}, \"items\": []}";
  private static final String NOT_FOUND =
      "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"status\": \"Failure\", \"code\": 404, \"reason\": \"NotFound\"}";
  private static final Pattern GROUP = Pattern.compile("/apis/([^/]+/[^/]+)");
  private static final Pattern COLLECTION =
      Pattern.compile("/(api/v1|apis/[^/]+/[^/]+)/(namespaces/[^/]+/)?[^/]+");
  private static final Pattern NAME = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]+)\"");

  private final HttpsServer server;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Map<String, String> objects = new ConcurrentHashMap<>();

  private TrainingApi(HttpsServer server) {
    this.server = server;
  }

  static TrainingApi start(SSLContext tls) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    var api = new TrainingApi(server);
    server.setExecutor(api.workers);
    server.createContext("/", api::answer);
    server.start();
    return api;
  }

  URI address() {
    return URI.create("https://localhost:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      switch (exchange.getRequestMethod()) {
        case "GET" -> {
          if (query.contains("watch=")) {
            watch(exchange);
          } else {
            var present = objects.get(path);
            send(exchange, present == null ? usual(path) : present);
          }
        }
        case "POST" -> {
          var name = NAME.matcher(body);
          objects.put(path + "/" + (name.find() ? name.group(1) : ""), body);
          send(exchange, body);
        }
        default -> {
          objects.put(path, body);
          send(exchange, body);
        }
      }
    }
  }

  private static String usual(String path) {
    var group = GROUP.matcher(path);
    if (group.matches()) {
      return kindsOf(group.group(1));
    }
    return COLLECTION.matcher(path).matches() ? EMPTY_LIST : NOT_FOUND;
  }

  /** Each group has all kinds that any has. */
  private static String kindsOf(String groupVersion) {
    var kinds =
        Stream.of(
                "VirtualMachine",
                "VirtualMachineInstance",
                "VirtualMachineBackup",
                "VirtualMachineBackupTracker",
                "VirtualMachineExport")
            .map(
                kind ->
                    "{\"name\": \"%ss\", \"kind\": \"%s\", \"namespaced\": true, \"singularName\": \"\", \"verbs\": []}"
                        .formatted(kind.toLowerCase(Locale.ROOT), kind))
            .collect(Collectors.joining(","));
    return "{\"kind\": \"APIResourceList\", \"apiVersion\": \"v1\", \"groupVersion\": \"%s\", \"resources\": [%s]}"
        .formatted(groupVersion, kinds);
  }

  private void watch(HttpExchange exchange) throws IOException {
    if (exchange.getRequestHeaders().containsKey("Upgrade")) {
      // It speaks no web sockets: clients then watch over plain HTTP.
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().flush();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, String document) throws IOException {
    var bytes = document.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(document.equals(NOT_FOUND) ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    workers.shutdownNow();
  }
}
