// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.tls.LoopbackCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.net.ssl.SSLServerSocket;

/** A server at an exporter's address that sends exactly what a script writes. */
public final class LoopbackExporter implements AutoCloseable {
  /** Writes raw bytes; the connection is closed when it returns or throws. */
  public interface Script {
    void answer(Request request, OutputStream out) throws IOException;
  }

  /**
   * A request.
   *
   * @param number counted from 1
   * @param endpoint {@code map} or {@code data}
   */
  public record Request(
      int number, String endpoint, long offset, long length, Map<String, String> headers) {
    boolean isMap() {
      return endpoint.equals("map");
    }
  }

  private static final Pattern QUERY = Pattern.compile("(\\w+)=(\\d+)");

  static final String TOKEN = "the-token-is-secret";

  private final SSLServerSocket server;
  private final Script script;
  private final AtomicInteger requests = new AtomicInteger();
  private final List<Socket> open = new ArrayList<>();

  private LoopbackExporter(SSLServerSocket server, Script script) {
    this.server = server;
    this.script = script;
  }

  /** Starts one on a port of its own. */
  public static LoopbackExporter start(Script script) {
    try {
      var server =
          (SSLServerSocket)
              LoopbackCertificate.context()
                  .getServerSocketFactory()
                  .createServerSocket(0, 100, InetAddress.getLoopbackAddress());
      var exporter = new LoopbackExporter(server, script);
      Thread.ofVirtual().start(exporter::accept);
      return exporter;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client of its volume. */
  public ExportVolume volume(ExportTimeouts timeouts) {
    return new ExportVolume(address(), access(), timeouts);
  }

  /** A client of single requests to it. */
  ExportClient client(ExportAccess access) {
    return new ExportClient(
        address().toString(), access, Limits.patient(), (_, _, _) -> Optional.empty());
  }

  URI address() {
    return URI.create("https://localhost:%d/exports/d".formatted(server.getLocalPort()));
  }

  static ExportAccess access() {
    return new ExportAccess(LoopbackCertificate.context(), Optional.of(TOKEN));
  }

  public int requests() {
    return requests.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        var socket = server.accept();
        synchronized (open) {
          open.add(socket);
        }
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        // Closed, or a client that left while it was accepted.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      script.answer(read(socket), socket.getOutputStream());
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // The client has left, as clients of a bad server do.
    }
  }

  private Request read(Socket socket) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    var first = in.readLine();
    if (first == null) {
      throw new IOException("no request");
    }
    var headers = new HashMap<String, String>();
    for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      var colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    var target = URI.create(first.substring(first.indexOf(' ') + 1, first.lastIndexOf(' ')));
    var query = new HashMap<String, Long>();
    var pairs = QUERY.matcher(target.getQuery());
    while (pairs.find()) {
      query.put(pairs.group(1), Long.valueOf(pairs.group(2)));
    }
    return new Request(
        requests.incrementAndGet(),
        target.getPath().replaceAll(".*/", ""),
        query.getOrDefault("offset", 0L),
        query.getOrDefault("length", 0L),
        headers);
  }

  @Override
  public void close() {
    try {
      server.close();
      synchronized (open) {
        for (var socket : open) {
          socket.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
