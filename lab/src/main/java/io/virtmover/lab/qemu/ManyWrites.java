// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tens of thousands of qemu-io commands on a node of a running QEMU, given to one program over an
 * NBD export: through the monitor each takes more than a millisecond.
 */
final class ManyWrites {
  private static final String EXPORT = "guest";
  private static final int SIDE_BY_SIDE = 32;
  private static final AtomicLong NUMBER = new AtomicLong();

  private ManyWrites() {}

  /**
   * Runs the commands in order, those that are asynchronous side by side; none is tried while
   * QEMU's NBD server serves something else.
   *
   * @throws QemuException when one is not done, with what the program printed last
   */
  static void run(Qemu qemu, String node, List<String> commands) {
    if (commands.isEmpty()) {
      return;
    }
    try {
      var folder = Files.createTempDirectory("writes");
      var socket = folder.resolve("nbd");
      var id = "writes" + NUMBER.incrementAndGet();
      var script = Files.write(folder.resolve("commands"), withPauses(commands));
      var log = folder.resolve("log");
      try {
        qemu.startNbdServer(socket);
        try {
          qemu.execute(
              "block-export-add",
              qemu.arguments()
                  .put("type", "nbd")
                  .put("id", id)
                  .put("node-name", node)
                  .put("name", EXPORT)
                  .put("writable", true));
          run(socket, script, log, commands.size());
        } finally {
          Qemu.attempt(() -> qemu.removeExport(id));
          Qemu.attempt(() -> qemu.execute("nbd-server-stop"));
        }
      } finally {
        for (var file : List.of(script, log, socket, folder)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> withPauses(List<String> commands) {
    var all = new ArrayList<String>();
    for (var from = 0; from < commands.size(); from += SIDE_BY_SIDE) {
      all.addAll(commands.subList(from, Math.min(commands.size(), from + SIDE_BY_SIDE)));
      all.add("aio_flush");
    }
    return all;
  }

  private static void run(Path socket, Path script, Path log, int commands) throws IOException {
    var address = "nbd+unix:///%s?socket=%s".formatted(EXPORT, socket);
    var process =
        new ProcessBuilder("qemu-io", "-f", "raw", "--discard", "unmap", address)
            .redirectInput(script.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      var code = process.waitFor();
      var printed = Files.readString(log, StandardCharsets.UTF_8);
      if (code != 0 || Qemu.done(printed) != commands) {
        throw new QemuException(
            "qemu-io", printed.substring(Math.max(0, printed.length() - 400)).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new QemuException("qemu-io", "interrupted");
    } finally {
      process.destroyForcibly();
    }
  }
}
