// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process takes from its machine's memory ({@code /proc/PID/status}, proc(5)). */
public final class ProcessMemory {
  private static final long KIB = 1024;

  private ProcessMemory() {}

  /** Bytes of anonymous memory; 0 of a process that has ended. */
  public static long anonymous(long pid) {
    try {
      for (var line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("RssAnon:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * KIB;
        }
      }
      return 0;
    } catch (IOException e) {
      // It has ended, before the file was opened or between two reads.
      return 0;
    }
  }
}
