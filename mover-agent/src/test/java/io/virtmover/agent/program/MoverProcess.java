// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import io.virtmover.lab.programs.ProcessMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The program as a process of its own: {@code bin/virtmover}. */
final class MoverProcess {
  private static final Path PROGRAM = Path.of("../bin/virtmover").toAbsolutePath().normalize();

  private final Process process;
  private final Path output;

  private MoverProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts it with a command's words; {@code before} goes in front of the program. */
  static MoverProcess start(
      Path folder, List<String> before, VirtMover virtmover, String command, List<String> words) {
    try {
      var output = Files.createTempFile(folder, "out", ".txt");
      var line = new ArrayList<>(before);
      line.add(PROGRAM.toString());
      line.add(command);
      line.addAll(virtmover.location());
      line.add("--json");
      line.addAll(words);
      var process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      return new MoverProcess(process, output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end; the exit code. */
  int await(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after " + patience + ": " + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  String output() {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end and watches its anonymous memory; the peak in bytes. */
  long peakAnonymousMemory(Duration patience) {
    var deadline = System.nanoTime() + patience.toNanos();
    var peak = 0L;
    while (process.isAlive()) {
      if (System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new AssertionError("still running after " + patience);
      }
      peak = Math.max(peak, ProcessMemory.anonymous(process.pid()));
      LockSupport.parkNanos(1_000_000);
    }
    return peak;
  }
}
