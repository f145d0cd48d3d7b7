// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * An API server over TLS that gives the answers it was told, in order, and keeps what it was asked.
 */
final class ApiServer implements AutoCloseable {
  private record Answer(int status, String body, boolean stalls) {}

  /** One request, as the server saw it. */
  record Asked(String line, String authorization, String contentType, String body) {}

  private final HttpServer server;
  private final ServiceAccount account;
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Semaphore goesOn = new Semaphore(0);

  private ApiServer(HttpServer server, ServiceAccount account) {
    this.server = server;
    this.account = account;
  }

  static ApiServer start(Path folder) throws Exception {
    var keys = folder.resolve("keys.p12");
    var authority = folder.resolve("ca.crt");
    keytool(
        "-genkeypair",
        "-keyalg",
        "EC",
        "-alias",
        "a",
        "-dname",
        "CN=lab",
        "-ext",
        "SAN=IP:127.0.0.1",
        "-keystore",
        keys.toString(),
        "-storepass",
        "secret");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "a",
        "-keystore",
        keys.toString(),
        "-storepass",
        "secret",
        "-file",
        authority.toString());
    var token = Files.writeString(folder.resolve("token"), "token-1\n");

    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
    var account =
        new ServiceAccount(
            URI.create("https://127.0.0.1:" + server.getAddress().getPort()), authority, token);
    var api = new ApiServer(server, account);
    server.createContext("/", api::answer);
    server.start();
    return api;
  }

  private static SSLContext context(Path keys) throws Exception {
    var store = KeyStore.getInstance(keys.toFile(), "secret".toCharArray());
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, "secret".toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(String... arguments) throws Exception {
    var command = new java.util.ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).inheritIO().start();
    if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
      throw new IOException("keytool failed: " + command);
    }
  }

  private void answer(HttpExchange call) throws IOException {
    asked.add(
        new Asked(
            call.getRequestMethod() + " " + call.getRequestURI(),
            String.valueOf(call.getRequestHeaders().getFirst("Authorization")),
            String.valueOf(call.getRequestHeaders().getFirst("Content-Type")),
            new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    var answer = answers.remove();
    var body = answer.body().getBytes(StandardCharsets.UTF_8);
    call.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    var first = answer.stalls() ? body.length / 2 : body.length;
    call.getResponseBody().write(body, 0, first);
    if (answer.stalls()) {
      call.getResponseBody().flush();
      goesOn.acquireUninterruptibly();
    }
    call.close();
  }

  /** The next answer, with {@code '} for {@code "}. */
  ApiServer answers(int status, String body) {
    answers.add(new Answer(status, body.replace('\'', '"'), false));
    return this;
  }

  /** The next answer stops after half of its body, until {@link #goOn}. */
  ApiServer stallsIn(int status, String body) {
    answers.add(new Answer(status, body, true));
    return this;
  }

  void goOn() {
    goesOn.release();
  }

  /** As just started. */
  void forget() throws IOException {
    answers.clear();
    asked.clear();
    Files.writeString(account.token(), "token-1\n");
  }

  ServiceAccount account() {
    return account;
  }

  List<Asked> asked() {
    return asked;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
