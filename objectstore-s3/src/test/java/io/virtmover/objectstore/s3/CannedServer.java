// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback that answers as it is told to: outside systems' documented answers. */
final class CannedServer implements AutoCloseable {
  /** A request: its query is {@code ""} if there is none, header names are lower case. */
  record Asked(String method, String path, String query, Map<String, String> headers) {
    boolean is(String wanted, String queryPart) {
      return method.equals(wanted) && query.contains(queryPart);
    }
  }

  /** An answer; without {@code Content-Length} among the headers the body's length is told. */
  record Answer(int status, Map<String, String> headers, String body) {
    static Answer of(int status, String contentType, String body) {
      return new Answer(status, Map.of("Content-Type", contentType), body);
    }

    static Answer xml(int status, String body) {
      return of(status, "application/xml", body);
    }

    static Answer error(int status, String code) {
      return xml(
          status,
          "<Error><Code>%s</Code><Message>words of the store</Message></Error>".formatted(code));
    }

    static Answer empty(int status) {
      return new Answer(status, Map.of(), "");
    }

    Answer with(String name, String value) {
      var more = new TreeMap<>(headers);
      more.put(name, value);
      return new Answer(status, more, body);
    }
  }

  @FunctionalInterface
  interface Behaviour {
    Answer answer(Asked asked);
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Behaviour behaviour;

  CannedServer(Behaviour behaviour) {
    this.behaviour = behaviour;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      var headers = new TreeMap<String, String>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
      var request =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""),
              headers);
      asked.add(request);
      var answer = behaviour.answer(request);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      if (request.method().equals("HEAD") || answer.body().isEmpty()) {
        exchange.sendResponseHeaders(answer.status(), -1);
      } else {
        var body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  void behave(Behaviour next) {
    behaviour = next;
    asked.clear();
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
