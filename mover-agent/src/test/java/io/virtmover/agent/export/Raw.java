// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** HTTP as it goes over the wire. */
final class Raw {
  /** The export server's words for every failure of a map. */
  static final String MAP_FAILED = "Failed to collect map extents for export: d\n";

  private Raw() {}

  static void status(OutputStream out, int status, String type, String body) throws IOException {
    status(out, status, "Content-Type: " + type, body, body.length());
  }

  /**
   * @param header lines, separated by {@code \r\n}; may be empty
   * @param stated the Content-Length that is claimed
   */
  static void status(OutputStream out, int status, String header, String body, int stated)
      throws IOException {
    var head =
        "HTTP/1.1 %d Whatever\r\n%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(status, header.isEmpty() ? "X-Nothing: here" : header, stated);
    out.write((head + body).getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** As HTTP/1.0 does: the end of the connection is the end of the body. */
  static void untilClosed(OutputStream out, String type, String body) throws IOException {
    var head = "HTTP/1.0 200 OK\r\nContent-Type: %s\r\n\r\n".formatted(type);
    out.write((head + body).getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  static void chunk(OutputStream out, byte[] bytes) throws IOException {
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    out.write(bytes);
    out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  static void lastChunk(OutputStream out) throws IOException {
    out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }
}
