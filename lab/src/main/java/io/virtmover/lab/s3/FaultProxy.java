// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.s3;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Stands between a client and an S3 server: counts what passes and breaks what it is told to. The
 * Host header passes unchanged, so the client's signatures hold.
 */
public final class FaultProxy implements AutoCloseable {
  /**
   * A request that passed: method, decoded path, query ({@code ""} if none), headers by lower-case
   * name.
   */
  public record Request(String method, String path, String query, Map<String, String> headers) {
    /** Whether it is about an object whose path ends so. */
    public boolean isFor(String method, String ending) {
      return this.method.equals(method) && path.endsWith(ending);
    }
  }

  /** What goes wrong. */
  public sealed interface Fault {
    /** The server is not asked; this is the answer. */
    record Answer(int status, String code) implements Fault {}

    /** The connection is closed before anything is answered. */
    record Reset() implements Fault {}

    /** The server does it, but its answer is lost. */
    record LostAnswer() implements Fault {}

    /** The answer's body is cut after so many bytes. */
    record CutBody(long afterBytes) implements Fault {}

    /** One bit of the answer's body is flipped. */
    record FlipBit(long atByte) implements Fault {}

    /** The request waits. */
    record Delay(Duration duration) implements Fault {}

    /** The request waits until it is let go. */
    record Hold(CompletableFuture<?> released) implements Fault {}
  }

  private record Rule(Predicate<Request> which, Fault fault, AtomicInteger left) {}

  private static final int CHUNK = 256 << 10;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client;
  private final HttpServer server;
  private final URI target;
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong bytesUp = new AtomicLong();
  private final AtomicLong bytesDown = new AtomicLong();

  private FaultProxy(URI target) {
    this.target = target;
    this.client =
        vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(64).setMaxChunkSize(CHUNK));
    this.server =
        await(
            vertx
                .createHttpServer(
                    new HttpServerOptions()
                        .setHandle100ContinueAutomatically(true)
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setMaxChunkSize(CHUNK)
                        .setHandle100ContinueAutomatically(true))
                .requestHandler(this::handle)
                .listen());
  }

  /** Starts one on a free loopback port in front of a plain HTTP server. */
  public static FaultProxy before(URI target) {
    return new FaultProxy(target);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  /** The next {@code times} matching requests suffer a fault. */
  public void inject(int times, Predicate<Request> which, Fault fault) {
    rules.add(new Rule(which, fault, new AtomicInteger(times)));
  }

  /** Forgets all faults. */
  public void heal() {
    rules.clear();
  }

  /** Everything that was asked for since the last {@link #resetCounters}. */
  public List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Body bytes of requests. */
  public long bytesUp() {
    return bytesUp.get();
  }

  /** Body bytes of answers. */
  public long bytesDown() {
    return bytesDown.get();
  }

  public void resetCounters() {
    requests.clear();
    bytesUp.set(0);
    bytesDown.set(0);
  }

  private void handle(HttpServerRequest request) {
    var seen =
        new Request(
            request.method().name(),
            URLDecoder.decode(request.path().replace("+", "%2B"), StandardCharsets.UTF_8),
            Optional.ofNullable(request.query()).orElse(""),
            headers(request));
    requests.add(seen);
    var fault = take(seen);
    switch (fault.orElse(null)) {
      case Fault.Answer(var status, var code) -> answer(request, status, code);
      case Fault.Reset() -> request.connection().close();
      case Fault.Delay(var duration) -> {
        request.pause();
        vertx.setTimer(Math.max(1, duration.toMillis()), _ -> forward(request, fault));
      }
      case Fault.Hold(var released) -> {
        request.pause();
        var context = vertx.getOrCreateContext();
        var _ = released.thenRun(() -> context.runOnContext(_ -> forward(request, fault)));
      }
      case null, default -> forward(request, fault);
    }
  }

  private static Map<String, String> headers(HttpServerRequest request) {
    var headers = new TreeMap<String, String>();
    request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    return headers;
  }

  private Optional<Fault> take(Request request) {
    for (var rule : rules) {
      if (rule.which().test(request)
          && rule.left().getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        return Optional.of(rule.fault());
      }
    }
    return Optional.empty();
  }

  private static void answer(HttpServerRequest request, int status, String code) {
    var xml =
        "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>on demand</Message></Error>"
            .formatted(code);
    request
        .handler(_ -> {})
        .endHandler(
            _ ->
                request
                    .response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/xml")
                    .end(xml));
  }

  private void forward(HttpServerRequest request, Optional<Fault> fault) {
    request.pause();
    var options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(target.getHost())
            .setPort(target.getPort())
            .setURI(request.uri());
    client
        .request(options)
        .compose(
            out -> {
              request.headers().forEach((name, value) -> out.headers().add(name, value));
              out.headers().set(HttpHeaders.HOST, request.getHeader(HttpHeaders.HOST));
              out.headers().remove(HttpHeaders.EXPECT);
              return out.send(new CountingStream(request, bytesUp));
            })
        .onSuccess(response -> passBack(request, response, fault))
        .onFailure(_ -> request.connection().close());
  }

  private void passBack(
      HttpServerRequest request, HttpClientResponse response, Optional<Fault> fault) {
    if (fault.filter(Fault.LostAnswer.class::isInstance).isPresent()) {
      response.handler(_ -> {}).endHandler(_ -> request.connection().close());
      return;
    }
    var back = request.response().setStatusCode(response.statusCode());
    response.headers().forEach((name, value) -> back.headers().add(name, value));
    if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      back.setChunked(true);
    }
    var passed = new AtomicLong();
    response.exceptionHandler(_ -> request.connection().close());
    response.handler(
        bytes -> {
          var start = passed.getAndAdd(bytes.length());
          bytesDown.addAndGet(bytes.length());
          var isCut =
              fault.orElse(null) instanceof Fault.CutBody(var after)
                  && start + bytes.length() > after;
          if (isCut) {
            request.connection().close();
            return;
          }
          back.write(damaged(bytes, start, fault));
          if (back.writeQueueFull()) {
            response.pause();
            back.drainHandler(_ -> response.resume());
          }
        });
    response.endHandler(
        _ -> {
          if (!back.closed()) {
            back.end();
          }
        });
  }

  private static Buffer damaged(Buffer bytes, long start, Optional<Fault> fault) {
    if (fault.orElse(null) instanceof Fault.FlipBit(var at)
        && at >= start
        && at < start + bytes.length()) {
      var copy = bytes.copy();
      var index = (int) (at - start);
      return copy.setByte(index, (byte) (copy.getByte(index) ^ 1));
    }
    return bytes;
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
