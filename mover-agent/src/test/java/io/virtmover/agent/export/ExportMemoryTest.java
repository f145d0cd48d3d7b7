// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.tls.LoopbackCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Maps cost memory for what they say, not for how long they say it. */
@Timeout(240)
class ExportMemoryTest {
  /** Every second 64 KiB is dirty: a page of 32,768 extents takes over 2 MiB of JSON. */
  private static final long SIZE = 2L << 30;

  private static final int GRAIN = 64 << 10;
  private static final int PAGE = 32_768;
  private static final Map<String, String> PAGES = new ConcurrentHashMap<>();

  @Test
  void sixteenScatteredMapsAtOnce_fitIntoASmallHeap(@TempDir Path folder) throws Exception {
    try (var exporter = LoopbackExporter.start(ExportMemoryTest::scattered)) {
      // given
      var program =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx16m",
                  "-XX:+UseSerialGC",
                  "-Dlogging.initial-configurator.min-level=INFO",
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
    var length = Math.min(SIZE - request.offset(), request.length());
    var page =
        PAGES.computeIfAbsent(request.offset() + "+" + length, _ -> page(request.offset(), length));
    Raw.status(out, 200, "application/json", page);
  }

  private static String page(long offset, long length) {
    var end = offset + length;
    var last = Math.min(end, offset + (long) PAGE * GRAIN);
    var text = new StringBuilder("{\"extents\":[");
    for (var at = offset; at < last; at += GRAIN) {
      var dirty = at / GRAIN % 2;
      text.append(at == offset ? "" : ",")
          .append("{\"offset\":")
          .append(at)
          .append(",\"length\":")
          .append(Math.min(GRAIN, last - at))
          .append(",\"type\":")
          .append(dirty)
          .append(dirty == 1 ? ",\"description\":\"dirty\"}" : ",\"description\":\"clean\"}");
    }
    return text.append("],\"next_offset\":")
        .append(last == end ? "null" : last)
        .append("}\n")
        .toString();
  }
}
