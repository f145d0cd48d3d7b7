// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;

/**
 * Answers export requests over TLS on a free port of an address, with a certificate it is given.
 */
public final class ExportListener implements AutoCloseable {
  private final HttpServer server;
  private final String host;
  private final ExportRequests requests;

  private ExportListener(HttpServer server, String host, ExportRequests requests) {
    this.server = server;
    this.host = host;
    this.requests = requests;
  }

  /** Listens until it is closed. */
  public static ExportListener start(
      Vertx vertx, String host, String certificatePem, String keyPem, ExportRequests requests) {
    var options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(0)
            .setSsl(true)
            .setUseAlpn(true)
            .setAlpnVersions(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1))
            .setKeyCertOptions(
                new PemKeyCertOptions()
                    .addCertValue(Buffer.buffer(certificatePem))
                    .addKeyValue(Buffer.buffer(keyPem)));
    var server =
        ExportRequests.await(vertx.createHttpServer(options).requestHandler(requests).listen());
    return new ExportListener(server, host, requests);
  }

  /** Where it listens, {@code host:port}. */
  public String address() {
    return host + ":" + port();
  }

  int port() {
    return server.actualPort();
  }

  /** What goes wrong on demand. */
  public ExportFaults faults() {
    return requests.faults();
  }

  @Override
  public void close() {
    ExportRequests.await(server.close());
  }
}
