// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hc.core5.http.HttpHost;

/** A server on loopback that remembers the heads of requests and gives each the same answer. */
final class CannedAnswer implements AutoCloseable {
  private final ServerSocket server;
  private final String answer;
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** With an empty answer, the client waits. */
  CannedAnswer(String answer) {
    this(loopback(), answer);
  }

  CannedAnswer(ServerSocket server, String answer) {
    this.server = server;
    this.answer = answer;
    var _ = threads.submit(this::accept);
  }

  private static ServerSocket loopback() {
    try {
      return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Void accept() throws IOException {
    while (true) {
      var client = server.accept();
      var _ = threads.submit(() -> serve(client));
    }
  }

  private Void serve(Socket client) throws IOException {
    try (client) {
      for (var head = head(client.getInputStream());
          !head.isEmpty();
          head = head(client.getInputStream())) {
        heads.add(head);
        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
      }
    }
    return null;
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      var read = in.read();
      if (read < 0) {
        return "";
      }
      head.append((char) read);
    }
    return head.toString();
  }

  /** What was asked, head by head. */
  List<String> heads() {
    return heads;
  }

  int port() {
    return server.getLocalPort();
  }

  HttpHost host(String scheme) {
    return new HttpHost(scheme, server.getInetAddress(), "127.0.0.1", port());
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
