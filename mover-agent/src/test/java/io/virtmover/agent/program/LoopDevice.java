// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A real block device over a file; needs root. */
public record LoopDevice(Path path) implements AutoCloseable {
  /** Attaches a file that is filled with something other than zeros. */
  public static LoopDevice create(Path backing, long size) throws IOException {
    var rest = new byte[1 << 20];
    Arrays.fill(rest, (byte) 0xa5);
    try (var file = new RandomAccessFile(backing.toFile(), "rw")) {
      for (var at = 0L; at < size; at += rest.length) {
        file.write(rest, 0, (int) Math.min(rest.length, size - at));
      }
    }
    return new LoopDevice(Path.of(losetup("--find", "--show", backing.toString()).strip()));
  }

  public static boolean isPossible() {
    try {
      return !losetup("--find").isBlank();
    } catch (IOException | IllegalStateException e) {
      return false;
    }
  }

  private static String losetup(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add("losetup");
    command.addAll(List.of(arguments));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    losetup("--detach", path.toString());
  }
}
