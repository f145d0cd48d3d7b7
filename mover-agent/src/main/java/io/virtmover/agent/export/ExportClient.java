// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.concurrent.Workers;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.http.HttpClients;
import io.virtmover.http.ProxyRoutes;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/**
 * Makes single requests to a volume's endpoints and says what came of them. Nothing is followed,
 * nothing asked twice. Thread-safe.
 */
final class ExportClient implements AutoCloseable {
  private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);
  private static final int ERROR_TEXT = 1 << 10;

  /** The streams of a disk's data, and one for its map. */
  private static final int CONNECTIONS = ExportVolume.MOST_STREAMS + 1;

  private final String url;
  private final HttpHost server;
  private final ExportAccess access;
  private final ExportTimeouts timeouts;
  private final CloseableHttpClient client;
  private final Set<Running> running = ConcurrentHashMap.newKeySet();
  private final ExecutorService watch;
  private volatile boolean reached;
  private volatile boolean served;

  ExportClient(
      String url, ExportAccess access, ExportTimeouts timeouts, ProxyRoutes.Finder proxies) {
    var address = URI.create(url);
    this.url = url;
    this.server = new HttpHost(address.getScheme(), address.getHost(), address.getPort());
    this.access = access;
    this.timeouts = timeouts;
    this.client =
        HttpClients.create(
            new HttpClients.Limits(
                CONNECTIONS,
                timeouts.connect(),
                // What is shorter, the watch ends.
                timeouts.exchange().total(),
                timeouts.exchange().total()),
            HttpClients.tls(access.tls()),
            new ProxyRoutes(proxies));
    this.watch = Workers.watch("export-watch", LOOK_INTERVAL, running, Running::look);
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
    var exchange =
        new Running(request(query), new ExchangeWatch(timeouts.exchange(), System::nanoTime));
    running.add(exchange);
    try {
      return read(HttpClients.send(client, server, exchange.request), wantedType, sink, exchange);
    } catch (IOException e) {
      return Optional.of(exchange.trouble(e));
    } finally {
      running.remove(exchange);
    }
  }

  private HttpGet request(String query) {
    var request = new HttpGet(URI.create(url + query));
    // Proxies in between may compress otherwise.
    request.addHeader(HttpHeaders.ACCEPT_ENCODING, "identity");
    access.token().ifPresent(token -> request.addHeader(ExportAccess.TOKEN_HEADER, token));
    return request;
  }

  /** A good body goes to the sink, the beginning of others into a text. */
  private Optional<Trouble> read(
      ClassicHttpResponse answer, String wantedType, Sink sink, Running exchange)
      throws IOException {
    var isWhole = false;
    try {
      var head = meaning(answer, "");
      reached = true;
      served |= head.isBody(wantedType);
      exchange.watch.headersCame();
      if (head.isBody(wantedType)) {
        isWhole = receive(answer, sink::take, exchange.watch);
        return sink.trouble();
      }
      var text = ByteBuffer.allocate(ERROR_TEXT);
      isWhole = receive(answer, piece -> take(piece, text), exchange.watch);
      return Optional.of(meaning(answer, shown(text)).trouble(wantedType));
    } finally {
      if (!isWhole) {
        // Closing the answer alone would read the rest, which may be endless.
        exchange.request.abort();
      }
      Closer.closeQuietly(answer);
    }
  }

  private static Answer meaning(ClassicHttpResponse answer, String text) {
    return Answer.of(
        answer.getCode(),
        name -> Optional.ofNullable(answer.getFirstHeader(name)).map(Header::getValue),
        text);
  }

  /**
   * Hands a body on piece by piece.
   *
   * @param taker takes a piece; false: it wants no more
   * @return whether it took all there was
   */
  private static boolean receive(
      ClassicHttpResponse answer, Predicate<ByteBuffer> taker, ExchangeWatch watch)
      throws IOException {
    var entity = answer.getEntity();
    if (entity == null) {
      return true;
    }
    var in = entity.getContent();
    var piece = new byte[HttpClients.PIECE];
    for (var count = in.read(piece); count >= 0; count = in.read(piece)) {
      watch.bytesCame(count);
      if (!taker.test(ByteBuffer.wrap(piece, 0, count))) {
        return false;
      }
    }
    return true;
  }

  private static boolean take(ByteBuffer piece, ByteBuffer text) {
    text.put(piece.slice(piece.position(), Math.min(piece.remaining(), text.remaining())));
    return text.hasRemaining();
  }

  /** A server that repeats what it was sent must not make the token public. */
  private String shown(ByteBuffer text) {
    var shown = StandardCharsets.UTF_8.decode(text.flip()).toString();
    return access.token().map(token -> shown.replace(token, "(token)")).orElse(shown);
  }

  static VirtMoverException canceled(String url, Exception cause) {
    Thread.currentThread().interrupt();
    return new VirtMoverException(
        FailureKind.CANCELED, "Reading %s was canceled.".formatted(url), cause);
  }

  @Override
  public void close() {
    watch.shutdownNow();
    client.close(CloseMode.IMMEDIATE);
  }

  /** A request on its way, and who waits for it. */
  private final class Running {
    private final HttpGet request;
    private final ExchangeWatch watch;
    private final Thread owner = Thread.currentThread();
    private volatile @Nullable String complaint;

    Running(HttpGet request, ExchangeWatch watch) {
      this.request = request;
      this.watch = watch;
    }

    /** Ends it if it must end; the thread that waits cannot. */
    void look() {
      if (complaint == null) {
        complaint = watch.complaint().orElse(null);
      }
      if (complaint != null || owner.isInterrupted()) {
        // Closing a TLS socket can take time.
        Workers.aside(request::abort);
      }
    }

    Trouble trouble(IOException thrown) {
      if (owner.isInterrupted()) {
        throw canceled(url, thrown);
      }
      var why = complaint;
      return why == null ? ConnectionTrouble.of(thrown) : Trouble.outage(why, null);
    }
  }
}
