// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.ProxyServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An exporter behind a proxy that the caller has named. */
@Timeout(60)
class ExportProxyTest {
  private static final int LENGTH = 100_000;

  private final GoodExporter good = GoodExporter.of(LENGTH);

  /** Answers CONNECT, and where it says 200 passes bytes on. */
  private static final class ConnectProxy implements AutoCloseable {
    private final ServerSocket server;
    private final String answer;
    private final Optional<ProxyServer.Login> login;
    private final Queue<String> heads = new ConcurrentLinkedQueue<>();

    ConnectProxy(String answer) throws IOException {
      this(answer, Optional.empty());
    }

    ConnectProxy(String answer, Optional<ProxyServer.Login> login) throws IOException {
      this.login = login;
      this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
      this.answer = answer;
      Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          var client = server.accept();
          Thread.ofVirtual().start(() -> serve(client));
        } catch (IOException e) {
          // Closed.
        }
      }
    }

    private void serve(Socket client) {
      try (client) {
        var head = head(client.getInputStream());
        heads.add(head);
        client
            .getOutputStream()
            .write(("HTTP/1.1 " + answer + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        if (answer.startsWith("200")) {
          var port = Integer.parseInt(head.replaceAll("(?s)CONNECT localhost:(\\d+) .*", "$1"));
          try (var exporter = new Socket(InetAddress.getLoopbackAddress(), port)) {
            var back = Thread.ofVirtual().start(() -> pass(exporter, client));
            pass(client, exporter);
            back.join();
          }
        }
      } catch (IOException e) {
        // One of the two has left.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void pass(Socket from, Socket to) {
      try {
        from.getInputStream().transferTo(to.getOutputStream());
        to.shutdownOutput();
      } catch (IOException e) {
        // One of the two has left.
      }
    }

    private static String head(InputStream in) throws IOException {
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        var next = in.read();
        if (next < 0) {
          throw new IOException("no head");
        }
        head.append((char) next);
      }
      return head.toString();
    }

    Optional<ProxyServer> server() {
      return Optional.of(new ProxyServer("127.0.0.1", server.getLocalPort(), login));
    }

    @Override
    public void close() {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void aProxyThatIsGiven_isUsed_andDoesNotSeeTheToken() throws IOException {
    try (var exporter = LoopbackExporter.start(good);
        var proxy = new ConnectProxy("200 Connection established");
        var volume = volume(exporter, proxy, Limits.patient())) {
      var into = ByteBuffer.allocate(LENGTH);
      volume.read(0, into);
      assertThat(into.array()).isEqualTo(good.bytes(0, LENGTH));
      assertThat(proxy.heads)
          .isNotEmpty()
          .allMatch(head -> head.startsWith("CONNECT localhost:"))
          .noneMatch(head -> head.contains(LoopbackExporter.TOKEN));
    }
  }

  @Test
  void theLoginOfAProxy_goesWithTheFirstRequest() throws IOException {
    var login = Optional.of(new ProxyServer.Login("u", "p"));
    try (var exporter = LoopbackExporter.start(good);
        var proxy = new ConnectProxy("200 Connection established", login);
        var volume = volume(exporter, proxy, Limits.patient())) {
      volume.read(0, ByteBuffer.allocate(LENGTH));
      assertThat(proxy.heads)
          .isNotEmpty()
          .allMatch(head -> head.contains("Proxy-Authorization: Basic dTpw"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "407 Proxy Authentication Required, ACCESS_DENIED, wants a user name and a password (407)",
    "403 Forbidden, ACCESS_DENIED, the proxy does not let it be reached",
    "503 Service Unavailable, UNAVAILABLE, 503"
  })
  void aProxyThatRefuses_isTold(String answer, FailureKind kind, String words) throws IOException {
    try (var exporter = LoopbackExporter.start(good);
        var proxy =
            new ConnectProxy(
                answer + "\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0");
        var volume = volume(exporter, proxy, Limits.outage(Duration.ofMillis(300)))) {
      var failure =
          catchThrowableOfType(
              VirtMoverException.class, () -> volume.read(0, ByteBuffer.allocate(LENGTH)));
      assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(kind);
      assertThat(failure).hasMessageContaining(words);
      assertThat(exporter.requests()).isZero();
    }
  }

  private static ExportVolume volume(
      LoopbackExporter exporter, ConnectProxy proxy, ExportTimeouts limits) {
    return new ExportVolume(
        exporter.address(), LoopbackExporter.access(), limits, (_, _, _) -> proxy.server());
  }
}
