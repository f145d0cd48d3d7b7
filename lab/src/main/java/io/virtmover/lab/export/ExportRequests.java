// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.virtmover.lab.nbd.NbdClient;
import io.virtmover.lab.qemu.PullBackup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Answers requests for a pull backup's volumes the way KubeVirt's export server does: statuses,
 * headers, bodies, and what it ignores. Every request reads through an NBD connection of its own.
 */
public final class ExportRequests implements Handler<HttpServerRequest> {
  private static final String TOKEN_NAME = "x-kubevirt-export-token";
  private static final int PIECE = 256 << 10;
  private static final int GO_SNIFF_LIMIT = 2048;
  private static final Pattern INTERNAL = Pattern.compile("/exports/([^/]+)/(map|data)");
  private static final Pattern EXTERNAL =
      Pattern.compile(
          "/api/export\\.kubevirt\\.io/v1/namespaces/[^/]+/virtualmachineexports/[^/]+(/exports/[^/]+/(?:map|data))");
  private static final String READY = "/exportready";
  private static final String MAP_FAILED = "Failed to collect map extents for export: ";

  private final Supplier<Optional<PullBackup>> source;
  private final Supplier<String> token;
  private final IncrementMap increments;
  private final ExportFaults faults = new ExportFaults();
  private final AtomicLong mapRequests = new AtomicLong();
  private final AtomicLong dataRequests = new AtomicLong();
  private final AtomicLong dataBytes = new AtomicLong();

  /**
   * @param source the backup; while there is none the answers are 503, as before the tunnel is up
   * @param token what clients must send, asked for at each request; an empty one lets everybody in
   */
  public ExportRequests(
      Supplier<Optional<PullBackup>> source, Supplier<String> token, IncrementMap increments) {
    this.source = source;
    this.token = token;
    this.increments = increments;
  }

  /** What goes wrong on demand. */
  public ExportFaults faults() {
    return faults;
  }

  long mapRequests() {
    return mapRequests.get();
  }

  long dataRequests() {
    return dataRequests.get();
  }

  long dataBytes() {
    return dataBytes.get();
  }

  @Override
  public void handle(HttpServerRequest request) {
    Thread.ofVirtual().name("export").start(() -> answer(request));
  }

  private void answer(HttpServerRequest request) {
    try {
      route(request);
    } catch (IOException | RuntimeException e) {
      abort(request);
    }
  }

  private void route(HttpServerRequest request) throws IOException {
    var response = request.response();
    response.putHeader(
        "Date",
        DateTimeFormatter.RFC_1123_DATE_TIME
            .withLocale(Locale.ROOT)
            .format(ZonedDateTime.now(ZoneOffset.UTC)));
    var path = request.path();
    if (path.contains("//")) {
      redirect(request, path.replaceAll("/+", "/"));
      return;
    }
    var external = EXTERNAL.matcher(path);
    var internal = INTERNAL.matcher(external.matches() ? external.group(1) : path);
    var volume = internal.matches() ? decoded(internal.group(1)) : "";
    var backup = source.get();
    if (path.equals(READY)) {
      empty(request, 200);
      return;
    }
    if (!internal.matches() || !backup.map(open -> open.volumes().contains(volume)).orElse(true)) {
      error(request, 404, "404 page not found");
      return;
    }
    var query = GoQuery.parse(request.query());
    var wanted = token.get();
    var allowed =
        wanted.isEmpty()
            || wanted.equals(request.getHeader(TOKEN_NAME))
            || wanted.equals(query.text(TOKEN_NAME));
    if (!allowed || !request.method().equals(HttpMethod.GET)) {
      empty(request, allowed ? 405 : 401);
      return;
    }
    var isMap = internal.group(2).equals("map");
    var outage = faults.outage(isMap);
    if (faults.takeUnavailable()
        || backup.isEmpty()
        || outage == ExportFaults.Outage.NOT_CONNECTED) {
      error(
          request,
          503,
          isMap
              ? "Backup source (virt-launcher) not connected via tunnel"
              : "Backup source not connected");
      return;
    }
    if (outage == ExportFaults.Outage.NO_NBD) {
      withoutNbd(request, isMap, volume);
      return;
    }
    try {
      if (isMap) {
        mapRequests.incrementAndGet();
        map(request, backup.get(), volume, query);
      } else {
        dataRequests.incrementAndGet();
        data(request, backup.get(), volume, query);
      }
    } catch (GoQuery.BadQuery e) {
      error(request, 400, e.answer());
    }
  }

  private static void withoutNbd(HttpServerRequest request, boolean isMap, String volume)
      throws IOException {
    if (!isMap) {
      throw new IOException("no NBD connection");
    }
    error(request, 500, MAP_FAILED + volume);
  }

  private static String decoded(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private void map(HttpServerRequest request, PullBackup backup, String volume, GoQuery query)
      throws GoQuery.BadQuery {
    var offset = query.uint64("offset");
    var length = query.uint64("length");
    var pageSize = query.pageSize();
    var canned = faults.mapAnswer(new ExportFaults.MapQuery(volume, offset, length, pageSize));
    if (canned.isPresent()) {
      json(request, canned.get());
      return;
    }
    if (length != 0 && Long.compareUnsigned(offset + length, offset) < 0) {
      json(request, "{\"extents\":null,\"next_offset\":null}\n");
      return;
    }
    try (var nbd = connect(backup, volume)) {
      if (Long.compareUnsigned(offset, nbd.size()) >= 0) {
        error(request, 500, MAP_FAILED + volume);
        return;
      }
      var end = length == 0 ? nbd.size() : clamp(offset, length, nbd.size());
      var isIncremental = backup.isIncremental(volume);
      var walk = new MapWalk(nbd, backup.checkpoint(), isIncremental, increments);
      json(request, walk.page(offset, end, pageSize).toJson(isIncremental));
    } catch (IOException e) {
      error(request, 500, MAP_FAILED + volume);
    }
  }

  private static long clamp(long offset, long length, long size) {
    return Long.compareUnsigned(offset + length, size) > 0 ? size : offset + length;
  }

  private static NbdClient connect(PullBackup backup, String volume) throws IOException {
    return NbdClient.connect(
        backup.socket(),
        volume,
        MapWalk.contexts(backup.checkpoint(), backup.isIncremental(volume)));
  }

  private void data(HttpServerRequest request, PullBackup backup, String volume, GoQuery query)
      throws GoQuery.BadQuery, IOException {
    var offset = query.uint64("offset");
    var length = query.uint64("length");
    try (var nbd = connect(backup, volume)) {
      if (Long.compareUnsigned(offset, nbd.size()) >= 0) {
        throw new IOException("offset beyond the end");
      }
      var end = length == 0 ? nbd.size() : clamp(offset, length, nbd.size());
      var response = request.response();
      response.putHeader("Content-Type", "application/octet-stream").setChunked(true);
      send(nbd, response, offset, end);
      await(response.end());
    }
  }

  private void send(NbdClient nbd, HttpServerResponse response, long offset, long end)
      throws IOException {
    var fault = faults.takeDataFault();
    var last = end;
    if (fault.isPresent()) {
      last = Math.min(end, offset + fault.get().afterBytes());
    }
    for (var at = offset; at < last; ) {
      var piece = ByteBuffer.allocate((int) Math.min(PIECE, last - at));
      nbd.read(at, piece);
      pause(faults.pieceLatency());
      awaitPassage(piece.capacity());
      await(response.write(Buffer.buffer(piece.array())));
      dataBytes.addAndGet(piece.capacity());
      at += piece.capacity();
    }
    if (fault.isPresent()) {
      switch (fault.get().body()) {
        case SHORT -> {}
        case ABORT -> throw new IOException("aborted on demand");
        case STALL -> pause(Duration.ofMinutes(10));
        case ENDLESS -> {
          while (!response.closed()) {
            await(response.write(Buffer.buffer(new byte[PIECE])));
          }
        }
      }
    }
  }

  private void awaitPassage(int bytes) throws IOException {
    try {
      faults.awaitPassage(bytes);
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  private static void pause(Duration duration) throws IOException {
    if (!duration.isZero()) {
      try {
        Thread.sleep(duration);
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
    }
  }

  private static void json(HttpServerRequest request, String body) {
    var response = request.response().putHeader("Content-Type", "application/json");
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > GO_SNIFF_LIMIT && request.version() == HttpVersion.HTTP_1_1) {
      response.setChunked(true);
    } else {
      response.putHeader("Content-Length", Integer.toString(bytes.length));
    }
    await(response.end(Buffer.buffer(bytes)));
  }

  private static void error(HttpServerRequest request, int status, String text) {
    var body = text + "\n";
    await(
        request
            .response()
            .setStatusCode(status)
            .putHeader("Content-Type", "text/plain; charset=utf-8")
            .putHeader("X-Content-Type-Options", "nosniff")
            .putHeader("Content-Length", Integer.toString(body.length()))
            .end(body));
  }

  private static void redirect(HttpServerRequest request, String path) {
    var target = request.query() == null ? path : path + "?" + request.query();
    var body = "<a href=\"%s\">Temporary Redirect</a>.\n\n".formatted(target);
    await(
        request
            .response()
            .setStatusCode(307)
            .putHeader("Location", target)
            .putHeader("Content-Type", "text/html; charset=utf-8")
            .putHeader("Content-Length", Integer.toString(body.length()))
            .end(body));
  }

  private static void empty(HttpServerRequest request, int status) {
    var response = request.response().setStatusCode(status);
    if (!request.method().equals(HttpMethod.HEAD)) {
      response.putHeader("Content-Length", "0");
    }
    await(response.end());
  }

  private static void abort(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset(2);
    } else {
      request.connection().close();
    }
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new UncheckedIOException(new IOException(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
