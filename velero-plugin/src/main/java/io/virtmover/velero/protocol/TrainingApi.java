// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An API server that has nothing, so that a training run meets TLS and HTTP too. */
final class TrainingApi implements AutoCloseable {
  private static final byte[] NOTHING =
      """
      {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","message":"not found","code":404}"""
          .getBytes(StandardCharsets.UTF_8);

  private final HttpsServer server;

  private TrainingApi(HttpsServer server) {
    this.server = server;
  }

  /** Starts one with the keys of a PKCS #12 file. */
  static TrainingApi start(Path keys, char[] password)
      throws IOException, GeneralSecurityException {
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(KeyStore.getInstance(keys.toFile(), password), password);
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext("/", TrainingApi::answer);
    server.start();
    return new TrainingApi(server);
  }

  private static void answer(HttpExchange call) throws IOException {
    call.getRequestBody().readAllBytes();
    call.sendResponseHeaders(404, NOTHING.length);
    call.getResponseBody().write(NOTHING);
    call.close();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
