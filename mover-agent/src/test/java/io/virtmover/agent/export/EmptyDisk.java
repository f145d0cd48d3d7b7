// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.agent.export.LoopbackExporter.Request;
import io.virtmover.agent.export.LoopbackExporter.Script;
import java.io.IOException;
import java.io.OutputStream;

/** What KubeVirt's export server answers for a full of a disk of zeros, however large. */
record EmptyDisk(long size) implements Script {
  @Override
  public void answer(Request request, OutputStream out) throws IOException {
    var length = Math.min(request.length(), size - request.offset());
    if (request.isMap()) {
      map(request.offset(), length, out);
    } else if (length > 0) {
      data(length, out);
    }
  }

  private static void map(long offset, long length, OutputStream out) throws IOException {
    if (length <= 0) {
      refuseMap(out);
    } else {
      Raw.status(
          out,
          200,
          "application/json",
          "{\"extents\":[{\"offset\":%d,\"length\":%d,\"type\":0,\"description\":\"data\"}],\"next_offset\":null}\n"
              .formatted(offset, length));
    }
  }

  static void refuseMap(OutputStream out) throws IOException {
    Raw.status(out, 500, "text/plain; charset=utf-8", Raw.MAP_FAILED);
  }

  /** So many bytes and a clean end. */
  static void data(long length, OutputStream out) throws IOException {
    GoodExporter.startData(out);
    Raw.chunk(out, new byte[(int) length]);
    Raw.lastChunk(out);
  }
}
