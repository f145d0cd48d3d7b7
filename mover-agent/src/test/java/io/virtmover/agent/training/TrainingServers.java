// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.training;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * An object store that believes everything and keeps small objects only, an exporter of a disk that
 * is the same block over and over, and a controller that takes what it is told. Just enough for one
 * backup to succeed.
 */
final class TrainingServers implements AutoCloseable {
  private record Stored(ByteBuffer content, long size, String etag) {}

  private static final String VOLUME = "/volumes/pulled";
  private static final String MOVERS = "/api/movers/";
  private static final String XML = "application/xml";
  private static final int KEPT = 1 << 20;
  private static final Pattern PAIR = Pattern.compile("([^&=]+)=?([^&]*)");

  private final HttpsServer server;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Stored> objects = new ConcurrentHashMap<>();
  private final Map<String, Long> uploads = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final byte[] block;
  private final long size;

  private TrainingServers(HttpsServer server, byte[] block, long size) {
    this.server = server;
    this.block = block;
    this.size = size;
  }

  static TrainingServers start(SSLContext tls, byte[] block, long size) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var server = HttpsServer.create(address, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    var servers = new TrainingServers(server, block, size);
    server.setExecutor(servers.workers);
    server.createContext("/", exchange -> servers.answer(exchange, servers::store));
    server.createContext(MOVERS, exchange -> servers.answer(exchange, TrainingServers::hear));
    server.createContext(VOLUME, exchange -> servers.answer(exchange, servers::export));
    server.start();
    return servers;
  }

  /** Of the object store, and of the controller. */
  URI address() {
    return URI.create("https://localhost:" + server.getAddress().getPort());
  }

  URI volume() {
    return address().resolve(VOLUME);
  }

  @FunctionalInterface
  private interface Role {
    void answer(HttpExchange exchange, Map<String, String> query) throws IOException;
  }

  private void answer(HttpExchange exchange, Role role) throws IOException {
    try (exchange) {
      var query = new HashMap<String, String>();
      var text = exchange.getRequestURI().getQuery();
      PAIR.matcher(text == null ? "" : text)
          .results()
          .forEach(pair -> query.put(pair.group(1), pair.group(2)));
      role.answer(exchange, query);
    }
  }

  private static void hear(HttpExchange exchange, Map<String, String> query) throws IOException {
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    exchange.sendResponseHeaders(204, -1);
  }

  private void store(HttpExchange exchange, Map<String, String> query) throws IOException {
    var key = exchange.getRequestURI().getPath();
    var content = exchange.getRequestBody().readNBytes(KEPT);
    var rest = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    var stored = new Stored(ByteBuffer.wrap(content), content.length + rest, tag());
    var upload = query.get("uploadId");
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        if (upload != null) {
          uploads.merge(upload, stored.size(), Long::sum);
          written(exchange, stored.etag());
        } else if (mayWrite(exchange, key)) {
          objects.put(key, stored);
          written(exchange, stored.etag());
        }
      }
      case "POST" -> {
        if (upload == null) {
          send(
              exchange, 200, "InitiateMultipartUploadResult", "UploadId", "upload" + stored.etag());
        } else if (mayWrite(exchange, key)) {
          var size = uploads.getOrDefault(upload, 0L);
          objects.put(key, new Stored(ByteBuffer.allocate(0), size, stored.etag()));
          send(exchange, 200, "CompleteMultipartUploadResult", "ETag", quoted(stored.etag()));
        }
      }
      case "DELETE" -> {
        if (upload == null) {
          objects.remove(key);
        }
        exchange.sendResponseHeaders(204, -1);
      }
      default -> {
        if (query.containsKey("list-type")) {
          send(exchange, 200, "ListBucketResult", "IsTruncated", "false");
        } else if (query.containsKey("uploads")) {
          send(exchange, 200, "ListMultipartUploadsResult", "IsTruncated", "false");
        } else {
          get(exchange, key);
        }
      }
    }
  }

  /** Answers itself if not. */
  private boolean mayWrite(HttpExchange exchange, String key) throws IOException {
    var headers = exchange.getRequestHeaders();
    var present = objects.get(key);
    var match = headers.getFirst("If-Match");
    if ((present == null || !headers.containsKey("If-None-Match"))
        && (match == null || (present != null && quoted(present.etag()).equals(match)))) {
      return true;
    }
    send(exchange, 412, "Error", "Code", "PreconditionFailed");
    return false;
  }

  private static void written(HttpExchange exchange, String etag) throws IOException {
    exchange.getResponseHeaders().set("ETag", quoted(etag));
    exchange.sendResponseHeaders(200, -1);
  }

  private void get(HttpExchange exchange, String key) throws IOException {
    var stored = objects.get(key);
    if (stored == null) {
      send(exchange, 404, "Error", "Code", "NoSuchKey");
      return;
    }
    var headers = exchange.getResponseHeaders();
    headers.set("ETag", quoted(stored.etag()));
    headers.set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Long.toString(stored.size()));
      exchange.sendResponseHeaders(200, -1);
    } else {
      exchange.sendResponseHeaders(200, stored.size());
      exchange.getResponseBody().write(stored.content().array());
    }
  }

  private void export(HttpExchange exchange, Map<String, String> query) throws IOException {
    var offset = Long.parseLong(query.getOrDefault("offset", "0"));
    var length = Math.min(Long.parseLong(query.getOrDefault("length", "0")), size - offset);
    if (length <= 0) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain");
      exchange.sendResponseHeaders(500, -1);
    } else if (exchange.getRequestURI().getPath().endsWith("/map")) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      var page =
          "{\"extents\":[{\"offset\":%d,\"length\":%d,\"type\":0,\"description\":\"data\"}],\"next_offset\":null}"
              .formatted(offset, length)
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
    } else {
      exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
      exchange.sendResponseHeaders(200, length);
      for (var at = offset; at < offset + length; ) {
        var from = (int) (at % block.length);
        var count = (int) Math.min(block.length - from, offset + length - at);
        exchange.getResponseBody().write(block, from, count);
        at += count;
      }
    }
  }

  private static void send(
      HttpExchange exchange, int status, String document, String field, String value)
      throws IOException {
    var bytes =
        "<%1$s><%2$s>%3$s</%2$s></%1$s>"
            .formatted(document, field, value)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", XML);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String quoted(String etag) {
    return '"' + etag + '"';
  }

  private String tag() {
    return "%032x".formatted(numbers.incrementAndGet());
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
  }
}
