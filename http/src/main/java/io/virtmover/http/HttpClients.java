// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.Timeout;

/**
 * Builds clients of Apache HttpClient that send what they are told to, once: they follow nothing,
 * try nothing twice, decode nothing and add no header of their own but those that HTTP needs.
 */
public final class HttpClients {
  /** Bytes that are read from a connection or written to it at once. */
  public static final int PIECE = 64 << 10;

  /** Firewalls forget connections that rest, and tell nobody. */
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  /**
   * The limits of a client.
   *
   * @param connections open at once, at most
   * @param connect for a connection to be made, and for TLS to be agreed on
   * @param nextByte for the next byte
   * @param queue for a free connection
   */
  public record Limits(int connections, Duration connect, Duration nextByte, Duration queue) {}

  private HttpClients() {}

  /** A client. */
  public static CloseableHttpClient create(
      Limits limits, TlsSocketStrategy tls, ProxyRoutes routes) {
    return HttpClientBuilder.create()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(_ -> new EndableConnection())
                .setMaxConnTotal(limits.connections())
                .setMaxConnPerRoute(limits.connections())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(limits.connect()))
                        .setSocketTimeout(Timeout.of(limits.nextByte()))
                        .setIdleTimeout(Timeout.of(LONGEST_REST))
                        .build())
                .setTlsSocketStrategy(tls)
                .build())
        .setRoutePlanner(routes)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(limits.queue()))
                .setProtocolUpgradeEnabled(false)
                .build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableCookieManagement()
        .disableConnectionState()
        .disableDefaultUserAgent()
        .build();
  }

  /**
   * Sends a request.
   *
   * @return the server's answer, to be closed; closing reads what is left of it, so abort the
   *     request first where that can be much
   * @throws ProxyRefused if a proxy would not connect to the server; Apache HttpClient takes its
   *     answer for the server's
   */
  public static ClassicHttpResponse send(
      CloseableHttpClient client, HttpHost server, HttpUriRequestBase request) throws IOException {
    var context = HttpClientContext.create();
    var answer = client.executeOpen(server, request, context);
    if (server.getSchemeName().equals("https") && context.getSSLSession() == null) {
      request.abort();
      Closer.closeQuietly(answer);
      throw new ProxyRefused(
          answer.getCode(), Objects.requireNonNullElse(answer.getReasonPhrase(), ""));
    }
    return answer;
  }

  /** TLS with the names in certificates checked by the context's trust managers. */
  public static TlsSocketStrategy tls(SSLContext context) {
    return tls(context, HostnameVerificationPolicy.BUILTIN);
  }

  /** TLS without a look at the names in certificates. */
  public static TlsSocketStrategy tlsWithAnyName(SSLContext context) {
    return tls(context, HostnameVerificationPolicy.CLIENT);
  }

  private static TlsSocketStrategy tls(SSLContext context, HostnameVerificationPolicy policy) {
    return ClientTlsStrategyBuilder.create()
        .setSslContext(context)
        .setHostVerificationPolicy(policy)
        .setHostnameVerifier(NoopHostnameVerifier.INSTANCE)
        .buildClassic();
  }
}
