// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.http.HttpClients;
import io.virtmover.http.ProxyRoutes;
import io.virtmover.location.ProxyRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.io.CloseMode;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Sends the SDK's requests by Apache HttpClient. In place of the SDK's own adapter, because that
 * hands bodies to the network in pieces of 4 KiB (ADR 8).
 */
final class StoreHttpClient implements SdkHttpClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Made by Apache HttpClient from the request's address and body. */
  private static final Set<String> OF_THE_CLIENT =
      Set.of("host", "content-length", "transfer-encoding");

  private final CloseableHttpClient client;

  /**
   * @param connections open at once, at most
   * @param longestWait for the next byte
   * @param longestQueue for a free connection
   */
  StoreHttpClient(
      int connections,
      TlsSocketStrategy tls,
      Duration longestWait,
      Duration longestQueue,
      ProxyRules proxies) {
    this.client =
        HttpClients.create(
            new HttpClients.Limits(connections, CONNECT_TIMEOUT, longestWait, longestQueue),
            tls,
            new ProxyRoutes(proxies::proxyFor));
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    var http = request.httpRequest();
    var prepared = new HttpUriRequestBase(http.method().name(), http.getUri());
    http.forEachHeader(
        (name, values) -> {
          if (!OF_THE_CLIENT.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> prepared.addHeader(name, value));
          }
        });
    request.contentStreamProvider().ifPresent(body -> prepared.setEntity(new Body(http, body)));
    return new Prepared(new HttpHost(http.protocol(), http.host(), http.port()), prepared);
  }

  @Override
  public String clientName() {
    return "Apache5";
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }

  private final class Prepared implements ExecutableHttpRequest {
    private final HttpHost target;
    private final HttpUriRequestBase request;

    Prepared(HttpHost target, HttpUriRequestBase request) {
      this.target = target;
      this.request = request;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      if (request.getEntity() != null && request.getEntity().getContentLength() < 0) {
        throw new IOException("a body of unknown length");
      }
      var answer = HttpClients.send(client, target, request);
      var response = HttpExecuteResponse.builder().response(head(answer));
      var entity = answer.getEntity();
      if (entity == null) {
        answer.close();
      } else {
        response.responseBody(AbortableInputStream.create(entity.getContent(), request::abort));
      }
      return response.build();
    }

    @Override
    public void abort() {
      request.abort();
    }
  }

  private static SdkHttpResponse head(ClassicHttpResponse answer) {
    var head =
        SdkHttpResponse.builder().statusCode(answer.getCode()).statusText(answer.getReasonPhrase());
    for (var header : answer.getHeaders()) {
      head.appendHeader(header.getName(), header.getValue());
    }
    return head.build();
  }

  private static final class Body extends AbstractHttpEntity {
    private final ContentStreamProvider content;
    private final long length;

    Body(SdkHttpRequest request, ContentStreamProvider content) {
      super((String) null, null, false);
      this.content = content;
      this.length = request.firstMatchingHeader("Content-Length").map(Long::parseLong).orElse(-1L);
    }

    @Override
    public long getContentLength() {
      return length;
    }

    @Override
    public InputStream getContent() {
      return content.newStream();
    }

    @Override
    public boolean isStreaming() {
      return true;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      try (var in = getContent()) {
        var piece = new byte[Math.clamp(length, 1, HttpClients.PIECE)];
        for (var count = in.read(piece); count >= 0; count = in.read(piece)) {
          out.write(piece, 0, count);
        }
      }
    }

    @Override
    public void close() {}
  }
}
