// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An http proxy that makes tunnels and nothing else. Every name leads to one port of this machine,
 * as if that server were far away; a tunnel without the right login is refused.
 */
final class ConnectProxy implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;

  private final ServerSocket listener;
  private final int target;
  private final String login;
  private final AtomicInteger tunnels = new AtomicInteger();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /**
   * @param login what Proxy-Authorization has to be
   */
  ConnectProxy(int target, String login) {
    this.target = target;
    this.login = login;
    try {
      this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The first lines of what it was asked. */
  List<String> asked() {
    return asked;
  }

  /** How many tunnels it made. */
  int tunnels() {
    return tunnels.get();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        var server = new Socket()) {
      client.setSoTimeout(TIMEOUT_MILLIS);
      var in = new BufferedInputStream(client.getInputStream());
      var head = head(in);
      asked.add(head.lines().findFirst().orElse(""));
      if (!head.contains("Proxy-Authorization: " + login + "\r\n")) {
        say(
            client,
            """
            HTTP/1.1 407 Proxy Authentication Required
            Proxy-Authenticate: Basic realm="lab"
            Connection: close
            Content-Length: 0

            """
                .replace("\n", "\r\n"));
        return;
      }
      server.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), target), TIMEOUT_MILLIS);
      tunnels.incrementAndGet();
      say(client, "HTTP/1.1 200 Connection established\r\n\r\n");
      var up = Thread.ofVirtual().start(() -> pass(in, server));
      pass(server.getInputStream(), client);
      up.join();
    } catch (IOException e) {
      // One side went away; so does the other.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      var next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void say(Socket client, String answer) throws IOException {
    client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
    client.getOutputStream().flush();
  }

  private static void pass(InputStream from, Socket to) {
    try {
      from.transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // One side went away; so does the other.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
