// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on loopback that moves bytes as slowly as it is told to, or not at all. */
final class RawServer implements AutoCloseable {
  /** Serves one connection, whose request's head has been read. */
  @FunctionalInterface
  interface Behaviour {
    void serve(Socket client, String head) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Behaviour behaviour;
  private final List<Socket> clients = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger connections = new AtomicInteger();
  private final String scheme;

  RawServer(ServerSocket server, String scheme, Behaviour behaviour) {
    this.server = server;
    this.scheme = scheme;
    this.behaviour = behaviour;
    var _ = threads.submit(this::accept);
  }

  private Void accept() throws IOException {
    while (true) {
      var client = server.accept();
      connections.incrementAndGet();
      clients.add(client);
      var _ = threads.submit(() -> serve(client));
    }
  }

  private Void serve(Socket client) throws InterruptedException {
    try (client) {
      var head = readHead(client.getInputStream());
      if (head.contains("100-continue")) {
        say(client, "HTTP/1.1 100 Continue\r\n\r\n");
      }
      behaviour.serve(client, head);
    } catch (SocketException e) {
      // The other side has given up, which is what it is here for.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return null;
  }

  private static String readHead(InputStream in) throws IOException {
    var head = new StringBuilder();
    for (var next = in.read(); next >= 0 && !head.toString().endsWith("\r\n\r"); next = in.read()) {
      head.append((char) next);
    }
    return head.toString();
  }

  static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    client.getOutputStream().flush();
  }

  int connections() {
    return connections.get();
  }

  URI endpoint() {
    return URI.create("%s://127.0.0.1:%d".formatted(scheme, server.getLocalPort()));
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (var client : clients) {
      client.close();
    }
    threads.shutdownNow();
  }
}
