// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes single requests to a volume's endpoints and says what came of them. Nothing is followed,
 * nothing asked twice. Thread-safe.
 */
final class ExportClient implements AutoCloseable {
  private static final Duration WATCH_INTERVAL = Duration.ofMillis(200);
  private static final int ERROR_TEXT = 1 << 10;

  private final String url;
  private final ExportAccess access;
  private final ExportTimeouts timeouts;
  private final HttpClient client;
  private volatile boolean reached;
  private volatile boolean served;

  /**
   * @param login where the proxy wants one: with it, the client takes a 401 of the exporter for a
   *     broken answer
   */
  ExportClient(
      String url,
      ExportAccess access,
      ExportTimeouts timeouts,
      ProxySelector proxies,
      Optional<Authenticator> login) {
    this.url = url;
    this.access = access;
    this.timeouts = timeouts;
    var builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(access.tls())
            .proxy(proxies)
            .connectTimeout(timeouts.connect())
            .followRedirects(HttpClient.Redirect.NEVER);
    login.ifPresent(builder::authenticator);
    this.client = builder.build();
  }

  /** How far the server is known by now. */
  Trouble.Contact contact() {
    if (served) {
      return Trouble.Contact.SERVED;
    }
    return reached ? Trouble.Contact.REACHED : Trouble.Contact.NONE;
  }

  /**
   * Asks once.
   *
   * @param wantedType media type of a good answer, whose body goes into {@code sink}
   * @return what went wrong, if anything; the sink keeps what had come before
   */
  Optional<Trouble> get(String query, String wantedType, Sink sink) {
    var watch = new ExchangeWatch(timeouts.exchange(), System::nanoTime);
    var reply = new Reply(wantedType, sink, watch);
    var exchange = client.sendAsync(request(query), reply);
    try {
      return await(exchange, watch, reply);
    } finally {
      reply.abandon();
      exchange.cancel(true);
    }
  }

  private HttpRequest request(String query) {
    var builder = HttpRequest.newBuilder(URI.create(url + query)).GET();
    // Proxies in between may compress otherwise.
    builder.header("Accept-Encoding", "identity");
    access.token().ifPresent(token -> builder.header(ExportAccess.TOKEN_HEADER, token));
    return builder.build();
  }

  private Optional<Trouble> await(
      CompletableFuture<HttpResponse<Void>> exchange, ExchangeWatch watch, Reply reply) {
    while (true) {
      try {
        return reply.trouble(exchange.get(WATCH_INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException e) {
        var complaint = watch.complaint();
        if (complaint.isPresent()) {
          return complaint.map(what -> Trouble.outage(what, null));
        }
      } catch (ExecutionException e) {
        return Optional.of(ConnectionTrouble.of(Objects.requireNonNullElse(e.getCause(), e)));
      } catch (InterruptedException e) {
        throw canceled(url, e);
      }
    }
  }

  static VirtMoverException canceled(String url, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new VirtMoverException(
        FailureKind.CANCELED, "Reading %s was canceled.".formatted(url), cause);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /** Sends a body where it belongs: a good one to the sink, the beginning of others to a text. */
  private final class Reply implements BodyHandler<Void> {
    private final String wantedType;
    private final Sink sink;
    private final ExchangeWatch watch;
    private final ByteBuffer text = ByteBuffer.allocate(ERROR_TEXT);
    private Optional<AnswerBody> body = Optional.empty();
    private boolean abandoned;

    Reply(String wantedType, Sink sink, ExchangeWatch watch) {
      this.wantedType = wantedType;
      this.sink = sink;
      this.watch = watch;
    }

    @Override
    public synchronized AnswerBody apply(ResponseInfo newHead) {
      var good = Answer.of(newHead.statusCode(), newHead.headers(), "").isBody(wantedType);
      var newBody = new AnswerBody(good ? sink::take : this::takeText, watch);
      reached = true;
      served |= good;
      body = Optional.of(newBody);
      if (abandoned) {
        newBody.abandon();
      }
      return newBody;
    }

    private boolean takeText(ByteBuffer piece) {
      text.put(piece.slice(piece.position(), Math.min(piece.remaining(), text.remaining())));
      return text.hasRemaining();
    }

    /** Nothing reaches the sink any more once this returns, not of a late answer either. */
    synchronized void abandon() {
      abandoned = true;
      body.ifPresent(AnswerBody::abandon);
    }

    /** What a complete answer means; a proxy's 407 comes without having been asked for a body. */
    synchronized Optional<Trouble> trouble(HttpResponse<Void> response) {
      var answer = Answer.of(response.statusCode(), response.headers(), shownText());
      return answer.isBody(wantedType) ? sink.trouble() : Optional.of(answer.trouble(wantedType));
    }

    /** A server that repeats what it was sent must not make the token public. */
    private String shownText() {
      var shown = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
      return access.token().map(token -> shown.replace(token, "(token)")).orElse(shown);
    }
  }
}
