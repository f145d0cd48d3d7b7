// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Maps cost memory for what they say, not for how long they say it. */
@Timeout(240)
class ExportMemoryTest {
  /** Every second 64 KiB is dirty: a page of 32,768 extents takes over 2 MiB of JSON. */
  private static final long SIZE = 4L << 30;

  private static final int GRAIN = 64 << 10;
  private static final int PAGE = 32_768;

  @Test
  void sixteenScatteredMapsAtOnce_fitIntoASmallHeap(@TempDir Path folder) throws Exception {
    try (var exporter = LoopbackExporter.start(ExportMemoryTest::scattered)) {
      // given
      var program =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx24m",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  SixteenMaps.class.getName(),
                  exporter.address().toString(),
                  LoopbackCertificate.pem(folder.resolve("ca.pem")).toString(),
                  Long.toString(SIZE))
              .redirectErrorStream(true);

      // when
      var process = program.start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      // then
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said.lines().toList())
          .isEqualTo(List.of("data clusters: " + SixteenMaps.VOLUMES * (SIZE / GRAIN / 2)));
    }
  }

  private static void scattered(LoopbackExporter.Request request, OutputStream out)
      throws IOException {
    if (request.offset() >= SIZE) {
      Raw.status(out, 500, "text/plain", Raw.MAP_FAILED);
      return;
    }
    var end = Math.min(SIZE, request.offset() + request.length());
    var last = Math.min(end, request.offset() + (long) PAGE * GRAIN);
    var text = new StringBuilder("{\"extents\":[");
    for (var at = request.offset(); at < last; at += GRAIN) {
      var dirty = at / GRAIN % 2;
      text.append(at == request.offset() ? "" : ",")
          .append("{\"offset\":")
          .append(at)
          .append(",\"length\":")
          .append(Math.min(GRAIN, last - at))
          .append(",\"type\":")
          .append(dirty)
          .append(dirty == 1 ? ",\"description\":\"dirty\"}" : ",\"description\":\"clean\"}");
    }
    text.append("],\"next_offset\":").append(last == end ? "null" : last).append("}\n");
    Raw.status(out, 200, "application/json", text.toString());
  }
}
