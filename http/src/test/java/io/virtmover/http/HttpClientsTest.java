// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.lab.pki.CertificateAuthority;
import io.virtmover.location.ProxyServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpClientsTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final HttpClients.Limits CALM = new HttpClients.Limits(2, LONG, LONG, LONG);
  private static final ProxyRoutes DIRECT = new ProxyRoutes((_, _, _) -> Optional.empty());
  private static final TlsSocketStrategy NO_TLS = HttpClients.tls(TlsContexts.trustingTheSystem());

  @Test
  void aRequest_hasNoHeadersButItsOwnAndThoseThatHttpNeeds() throws Exception {
    // given
    var request = new HttpGet("/a%2Fb?c=%20");
    request.addHeader("X-Mine", "1");

    // when
    try (var server = new CannedAnswer(answer("200 OK\r\nSet-Cookie: a=b", "x"));
        var client = HttpClients.create(CALM, NO_TLS, DIRECT)) {
      HttpClients.send(client, server.host("http"), request).close();
      HttpClients.send(client, server.host("http"), request).close();

      // then: the same twice, without the cookie
      assertThat(server.heads())
          .hasSize(2)
          .allSatisfy(
              head ->
                  assertThat(head.lines().filter(line -> !line.isEmpty()))
                      .containsExactlyInAnyOrder(
                          "GET /a%2Fb?c=%20 HTTP/1.1",
                          "X-Mine: 1",
                          "Host: 127.0.0.1:" + server.port(),
                          "Connection: keep-alive"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "302, Location: /elsewhere",
    "503, Retry-After: 0",
    "429, Retry-After: 0",
    "401, WWW-Authenticate: Basic realm=x",
    "200, Content-Encoding: gzip"
  })
  void anAnswer_isGivenAsItIs(int status, String header) throws Exception {
    try (var server = new CannedAnswer(answer(status + " So\r\n" + header, "body"));
        var client = HttpClients.create(CALM, NO_TLS, DIRECT);
        var answer = HttpClients.send(client, server.host("http"), new HttpGet("/"))) {
      assertThat(answer.getCode()).isEqualTo(status);
      assertThat(answer.getFirstHeader(header.substring(0, header.indexOf(':')))).isNotNull();
      assertThat(EntityUtils.toString(answer.getEntity())).isEqualTo("body");
      assertThat(server.heads()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "403 Forbidden, 403, the proxy does not let it be reached: 403 Forbidden",
    "502, 502, the proxy does not let it be reached: 502"
  })
  void aProxysAnswer_isNotTakenForTheServers(String line, int status, String message)
      throws IOException {
    try (var proxy = new CannedAnswer(answer(line, "hush"));
        var client = HttpClients.create(CALM, NO_TLS, through(proxy))) {
      assertThatThrownBy(
              () ->
                  HttpClients.send(
                      client, new HttpHost("https", "s3.example", 9000), new HttpGet("/hush")))
          .isInstanceOfSatisfying(ProxyRefused.class, e -> assertThat(e.status()).isEqualTo(status))
          .hasMessage(message);
      assertThat(proxy.heads())
          .singleElement()
          .asString()
          .startsWith("CONNECT s3.example:9000 HTTP/1.1\r\n")
          .doesNotContain("hush");
    }
  }

  @Test
  void aServerThatDoesNotAnswer_isWaitedForAsLongAsIsSaid() throws IOException {
    var limits = new HttpClients.Limits(1, LONG, SHORT, LONG);
    try (var server = new CannedAnswer("");
        var client = HttpClients.create(limits, NO_TLS, DIRECT)) {
      assertThatThrownBy(() -> HttpClients.send(client, server.host("http"), new HttpGet("/")))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(server.heads()).as("tried once").hasSize(1);
    }
  }

  @Test
  void aRequestTooMany_waitsForAConnectionAsLongAsIsSaid() throws Exception {
    var limits = new HttpClients.Limits(1, LONG, LONG, SHORT);
    try (var server = new CannedAnswer(answer("200 OK", "body"));
        var client = HttpClients.create(limits, NO_TLS, DIRECT);
        var open = HttpClients.send(client, server.host("http"), new HttpGet("/1"))) {
      assertThatThrownBy(() -> HttpClients.send(client, server.host("http"), new HttpGet("/2")))
          .isInstanceOf(ConnectionRequestTimeoutException.class);
      assertThat(open.getCode()).isEqualTo(200);
    }
  }

  @Test
  void theNameInACertificate_isLookedAtUnlessAnyWillDo() throws Exception {
    // given: a certificate of another name
    var authority = new CertificateAuthority("authority", Clock.systemUTC());
    var context =
        TlsContexts.trusting(Authorities.of(authority.pem().getBytes(StandardCharsets.US_ASCII)));
    var socket =
        authority
            .serverContext(List.of("s3.example"))
            .getServerSocketFactory()
            .createServerSocket(0, 10, InetAddress.getLoopbackAddress());

    // then
    try (var server = new CannedAnswer(socket, answer("200 OK", "body"))) {
      assertThatThrownBy(() -> reached(server, HttpClients.tls(context)))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("127.0.0.1");
      assertThat(reached(server, HttpClients.tlsWithAnyName(context))).isEqualTo(200);
      assertThatThrownBy(() -> reached(server, HttpClients.tlsWithAnyName(SSLContext.getDefault())))
          .as("of an authority nobody knows")
          .isInstanceOf(SSLException.class);
    }
  }

  private static int reached(CannedAnswer server, TlsSocketStrategy tls) throws IOException {
    try (var client = HttpClients.create(CALM, tls, DIRECT);
        ClassicHttpResponse answer =
            HttpClients.send(client, server.host("https"), new HttpGet("/"))) {
      return answer.getCode();
    }
  }

  private static ProxyRoutes through(CannedAnswer proxy) {
    return new ProxyRoutes(
        (_, _, _) -> Optional.of(new ProxyServer("127.0.0.1", proxy.port(), Optional.empty())));
  }

  private static String answer(String head, String body) {
    return "HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s".formatted(head, body.length(), body);
  }
}
