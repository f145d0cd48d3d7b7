// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PfxOptions;
import io.virtmover.lab.nbd.NbdClient;
import io.virtmover.lab.qemu.PullBackup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * Serves a pull backup's volumes over HTTPS the way KubeVirt's export server does: statuses,
 * headers, bodies, and what it ignores. Every request reads through an NBD connection of its own.
 */
public final class ExportServer implements AutoCloseable {
  private static final String TOKEN_NAME = "x-kubevirt-export-token";
  private static final int PIECE = 256 << 10;
  private static final int GO_SNIFF_LIMIT = 2048;
  private static final Pattern INTERNAL = Pattern.compile("/exports/([^/]+)/(map|data)");
  private static final Pattern EXTERNAL =
      Pattern.compile(
          "/api/export\\.kubevirt\\.io/v1/namespaces/[^/]+/virtualmachineexports/[^/]+(/exports/[^/]+/(?:map|data))");
  private static final String MAP_FAILED = "Failed to collect map extents for export: ";

  private final Vertx vertx = Vertx.vertx();
  private final PullBackup backup;
  private final MapFlavour flavour;
  private final String token;
  private final Path folder;
  private final SelfSigned certificate;
  private final ExportFaults faults = new ExportFaults();
  private final AtomicLong mapRequests = new AtomicLong();
  private final AtomicLong dataRequests = new AtomicLong();
  private final AtomicLong dataBytes = new AtomicLong();
  private final HttpServer server;

  private ExportServer(PullBackup backup, MapFlavour flavour) throws IOException {
    this.backup = backup;
    this.flavour = flavour;
    this.folder = Files.createTempDirectory("export");
    this.certificate = SelfSigned.create(folder);
    var random = new byte[16];
    new Random().nextBytes(random);
    this.token = HexFormat.of().formatHex(random);
    Files.writeString(tokenFile(), token);
    this.server =
        await(
            vertx
                .createHttpServer(
                    new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
                        .setKeyCertOptions(
                            new PfxOptions()
                                .setPath(certificate.keyStore().toString())
                                .setPassword(SelfSigned.PASSWORD)))
                .requestHandler(
                    request -> Thread.ofVirtual().name("export").start(() -> handle(request)))
                .listen());
  }

  /** Serves a backup on a free port of the loopback interface until it is closed. */
  public static ExportServer start(PullBackup backup, MapFlavour flavour) {
    try {
      return new ExportServer(backup, flavour);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a client is given for a volume: the internal form of the address. */
  public String url(String volume) {
    return "https://localhost:%d/exports/%s".formatted(server.actualPort(), volume);
  }

  /** The form that goes through KubeVirt's export proxy. */
  public String externalUrl(String volume) {
    return "https://localhost:%d/api/export.kubevirt.io/v1/namespaces/shop/virtualmachineexports/%s/exports/%s"
        .formatted(server.actualPort(), backup.vmBackup(), volume);
  }

  public Path caFile() {
    return certificate.pem();
  }

  public Path tokenFile() {
    return folder.resolve("token");
  }

  public String token() {
    return token;
  }

  public ExportFaults faults() {
    return faults;
  }

  public long mapRequests() {
    return mapRequests.get();
  }

  public long dataRequests() {
    return dataRequests.get();
  }

  /** Body bytes of data answers. */
  public long dataBytes() {
    return dataBytes.get();
  }

  private void handle(HttpServerRequest request) {
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
    if (!backup.volumes().contains(volume)) {
      error(request, 404, "404 page not found");
      return;
    }
    var query = GoQuery.parse(request.query());
    var allowed =
        token.equals(request.getHeader(TOKEN_NAME)) || token.equals(query.text(TOKEN_NAME));
    if (!allowed || !request.method().equals(HttpMethod.GET)) {
      empty(request, allowed ? 405 : 401);
      return;
    }
    var isMap = internal.group(2).equals("map");
    if (faults.takeUnavailable()) {
      error(
          request,
          503,
          isMap
              ? "Backup source (virt-launcher) not connected via tunnel"
              : "Backup source not connected");
      return;
    }
    try {
      if (isMap) {
        mapRequests.incrementAndGet();
        map(request, volume, query);
      } else {
        dataRequests.incrementAndGet();
        data(request, volume, query);
      }
    } catch (GoQuery.BadQuery e) {
      error(request, 400, e.answer());
    }
  }

  private static String decoded(String segment) {
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private void map(HttpServerRequest request, String volume, GoQuery query)
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
    try (var nbd = connect(volume)) {
      if (Long.compareUnsigned(offset, nbd.size()) >= 0) {
        error(request, 500, MAP_FAILED + volume);
        return;
      }
      var end = length == 0 ? nbd.size() : clamp(offset, length, nbd.size());
      var walk = new MapWalk(nbd, backup.checkpoint(), backup.isIncremental(), flavour);
      json(request, walk.page(offset, end, pageSize).toJson(backup.isIncremental()));
    } catch (IOException e) {
      error(request, 500, MAP_FAILED + volume);
    }
  }

  private static long clamp(long offset, long length, long size) {
    return Long.compareUnsigned(offset + length, size) > 0 ? size : offset + length;
  }

  private NbdClient connect(String volume) throws IOException {
    return NbdClient.connect(
        backup.socket(), volume, MapWalk.contexts(backup.checkpoint(), backup.isIncremental()));
  }

  private void data(HttpServerRequest request, String volume, GoQuery query)
      throws GoQuery.BadQuery, IOException {
    var offset = query.uint64("offset");
    var length = query.uint64("length");
    try (var nbd = connect(volume)) {
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

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new UncheckedIOException(new IOException(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Override
  public void close() {
    await(server.close());
    await(vertx.close());
    try {
      for (var file : List.of(certificate.keyStore(), certificate.pem(), tokenFile())) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
