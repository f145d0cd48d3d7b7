// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.agent.export.LoopbackExporter.Request;
import io.virtmover.agent.export.LoopbackExporter.Script;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** What KubeVirt's export server answers for a full of a disk that is all data. */
public final class GoodExporter implements Script {
  private static final int PIECE = 64 << 10;

  private final byte[] disk;

  private GoodExporter(byte[] disk) {
    this.disk = disk;
  }

  /** Serves a disk of reproducible random bytes. */
  public static GoodExporter of(int size) {
    var disk = new byte[size];
    new Random(size).nextBytes(disk);
    return new GoodExporter(disk);
  }

  /** What it serves from an offset on. */
  public byte[] bytes(long offset, int length) {
    return Arrays.copyOfRange(disk, (int) offset, (int) offset + length);
  }

  @Override
  public void answer(Request request, OutputStream out) throws IOException {
    if (request.isMap()) {
      map(request, out);
    } else {
      data(request, out, (int) request.length());
    }
  }

  private void map(Request request, OutputStream out) throws IOException {
    if (request.offset() >= disk.length) {
      Raw.status(out, 500, "text/plain; charset=utf-8", Raw.MAP_FAILED);
      return;
    }
    var length = Math.min(request.length(), disk.length - request.offset());
    Raw.status(
        out,
        200,
        "application/json",
        "{\"extents\":[{\"offset\":%d,\"length\":%d,\"type\":0,\"description\":\"data\"}],\"next_offset\":null}\n"
            .formatted(request.offset(), length));
  }

  /** Answers a data request with so many bytes and a clean end. */
  void data(Request request, OutputStream out, int length) throws IOException {
    if (request.offset() >= disk.length) {
      return;
    }
    startData(out);
    var end = Math.min(request.offset() + length, disk.length);
    for (var at = request.offset(); at < end; at += PIECE) {
      Raw.chunk(out, bytes(at, (int) Math.min(PIECE, end - at)));
    }
    Raw.lastChunk(out);
  }

  static void startData(OutputStream out) throws IOException {
    out.write(
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }
}
