// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.lab.pki.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real handshakes with a server of an authority that the system does not know. */
class TlsContextsTest {
  private final CertificateAuthority authority = authority();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private SSLServerSocket server;

  @BeforeEach
  void serve() throws IOException {
    server =
        (SSLServerSocket)
            authority
                .serverContext(List.of("localhost"))
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    var _ = threads.submit(this::accept);
  }

  private Void accept() throws IOException {
    while (true) {
      var client = (SSLSocket) server.accept();
      var _ =
          threads.submit(
              () -> {
                try (client) {
                  client.startHandshake();
                  client.getOutputStream().write('!');
                }
                return null;
              });
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    threads.shutdownNow();
  }

  @Test
  void shouldTrustWhomTheAuthoritiesVouchFor() throws Exception {
    assertThat(reached(TlsContexts.trusting(Authorities.of(pem(authority))))).isTrue();
    var other = TlsContexts.trusting(Authorities.of(pem(authority())));
    assertThatThrownBy(() -> reached(other)).isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void shouldNotTakeTheSystemsForMoreThanTheyAre() {
    assertThatThrownBy(() -> reached(TlsContexts.trustingTheSystem()))
        .isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void shouldTrustAnybodyWhereNothingElseIsWanted() throws Exception {
    assertThat(reached(TlsContexts.trustingAnybody())).isTrue();
  }

  private boolean reached(SSLContext context) throws IOException {
    try (var socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(server.getInetAddress(), server.getLocalPort())) {
      socket.startHandshake();
      return socket.getInputStream().read() == '!';
    }
  }

  private static CertificateAuthority authority() {
    return new CertificateAuthority("authority", Clock.systemUTC());
  }

  private static byte[] pem(CertificateAuthority authority) {
    return authority.pem().getBytes(StandardCharsets.US_ASCII);
  }
}
