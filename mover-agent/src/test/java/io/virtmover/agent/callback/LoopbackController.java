// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.virtmover.lab.pki.CertificateAuthority;
import io.virtmover.transfer.Callback;
import io.virtmover.transfer.ProgressCodec;
import io.virtmover.transfer.TransferProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server at the controller's address: it remembers posts, and answers as a script says. */
public final class LoopbackController implements AutoCloseable {
  /** The token that its pod has at first. */
  public static final String TOKEN = "t0psecret";

  /**
   * What was posted.
   *
   * @param from the client's port, which tells connections apart
   */
  public record Post(String path, String authorization, String type, String body, int from) {
    public boolean isResult() {
      return path.endsWith("/result");
    }

    /** The progress in it. */
    public TransferProgress progress() {
      return ProgressCodec.read("A post", body.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Answers a post. */
  @FunctionalInterface
  public interface Script {
    void answer(Post post, HttpExchange exchange) throws IOException, InterruptedException;

    /** One status for all. */
    static Script status(int status) {
      return (_, exchange) -> exchange.sendResponseHeaders(status, -1);
    }

    /** The next status for each post; the last one for the rest. */
    static Script statuses(Integer... statuses) {
      var count = new AtomicInteger();
      return (_, exchange) ->
          exchange.sendResponseHeaders(
              statuses[Math.min(count.getAndIncrement(), statuses.length - 1)], -1);
    }

    /** No answer. */
    static Script silence() {
      return (_, _) -> new CountDownLatch(1).await();
    }

    /** An answer without an end, a byte now and then. */
    static Script trickle() {
      return (_, exchange) -> {
        exchange.sendResponseHeaders(200, 0);
        while (true) {
          exchange.getResponseBody().write(' ');
          exchange.getResponseBody().flush();
          Thread.sleep(20);
        }
      };
    }
  }

  private final Path folder;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Post> posts = new CopyOnWriteArrayList<>();

  private LoopbackController(Path folder, HttpsServer server, Script script) {
    this.folder = folder;
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", exchange -> serve(exchange, script));
    server.start();
  }

  /** Starts one; its CA and a token are files in the folder. */
  public static LoopbackController start(Path folder, Script script) {
    return start(folder, new CertificateAuthority("controller", Clock.systemUTC()), 0, script);
  }

  /** Likewise, vouched for by this authority and at this port. */
  static LoopbackController start(
      Path folder, CertificateAuthority authority, int port, Script script) {
    try {
      Files.writeString(folder.resolve("callback-ca.pem"), authority.pem());
      Files.writeString(folder.resolve("callback-token"), TOKEN + "\n");
      var server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      server.setHttpsConfigurator(
          new HttpsConfigurator(authority.serverContext(List.of("localhost"))));
      return new LoopbackController(folder, server, script);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serve(HttpExchange exchange, Script script) throws IOException {
    try (exchange) {
      var post =
          new Post(
              exchange.getRequestMethod() + " " + exchange.getRequestURI(),
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
              String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
              exchange.getRemoteAddress().getPort());
      posts.add(post);
      script.answer(post, exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Where it is, as a request says it. */
  public Callback callback() {
    return Callback.of(
        "https://localhost:" + port(),
        folder.resolve("callback-ca.pem"),
        folder.resolve("callback-token"));
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Everything that was posted. */
  public List<Post> posts() {
    return List.copyOf(posts);
  }

  /** What was posted as progress. */
  public List<TransferProgress> progress() {
    return posts.stream().filter(post -> !post.isResult()).map(Post::progress).toList();
  }

  /** What was posted as a result. */
  public List<String> results() {
    return posts.stream().filter(Post::isResult).map(Post::body).toList();
  }

  /** It is gone, and its connections with it. */
  void leave() {
    if (!threads.isShutdown()) {
      threads.shutdownNow();
      server.stop(0);
    }
  }

  @Override
  public void close() {
    leave();
  }
}
