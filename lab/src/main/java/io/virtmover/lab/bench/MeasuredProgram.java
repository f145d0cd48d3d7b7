// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import io.virtmover.lab.programs.Folders;
import io.virtmover.lab.programs.ProcessMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs programs and measures them, one at a time, each with an empty temporary folder. */
final class MeasuredProgram {
  /** A program that did not end as it has to. */
  static final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    FailedException(int exitCode, String message) {
      super(message);
      this.exitCode = exitCode;
    }
  }

  private static final long LOOK_NANOS = 10_000_000;
  private static final long PATIENCE_NANOS = Duration.ofMinutes(30).toNanos();
  private static final int TAIL = 2000;
  // The shell tells CPU time of all that ended below it, which nothing else here does.
  private static final String TIMED =
      "TIMEFORMAT='%R %U %S'; { time \"$@\" >\"$OUT\" 2>&1; } 2>\"$TIMES\"";

  private final Path folder;
  private final BenchStore store;
  private volatile @Nullable Process running;

  MeasuredProgram(Path folder, BenchStore store) {
    this.folder = folder;
    this.store = store;
    Runtime.getRuntime().addShutdownHook(new Thread(this::endRunning, "measured-program-end"));
  }

  private void endRunning() {
    var last = running;
    if (last != null) {
      end(last);
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** The folder that programs find as {@code TMPDIR}, empty before each run. */
  Path scratch() {
    return folder.resolve("scratch");
  }

  /** Where programs restore to; nothing is there before each run. */
  Path target() {
    return folder.resolve("target");
  }

  /**
   * Runs a program to its end.
   *
   * @throws FailedException unless its exit code is 0, with the end of its output
   */
  Measurement run(Contender contender) {
    try {
      Folders.delete(scratch());
      Files.createDirectories(scratch());
      Files.deleteIfExists(target());
      var times = folder.resolve("times");
      var out = folder.resolve("out");
      var words = new ArrayList<>(List.of("bash", "-c", TIMED, "bash"));
      words.addAll(contender.command());
      var builder = new ProcessBuilder(words);
      builder.environment().putAll(contender.environment());
      builder.environment().put("OUT", out.toString());
      builder.environment().put("TIMES", times.toString());
      builder.environment().put("TMPDIR", scratch().toString());
      // What the JVM would write to its own temporary folder counts too.
      builder.environment().put("VIRTMOVER_JAVA_OPTS", "-Djava.io.tmpdir=" + scratch());
      store.countAnew();
      var servers = ownCpu();
      var started = System.currentTimeMillis() * 1_000_000L;
      var process = builder.start();
      running = process;
      var memory = 0L;
      var scratch = 0L;
      try {
        while (process.isAlive()) {
          if (System.currentTimeMillis() * 1_000_000L - started > PATIENCE_NANOS) {
            throw new FailedException(
                1, String.join(" ", contender.command()) + ": still running after half an hour");
          }
          memory = Math.max(memory, anonymousMemory(process.pid()));
          scratch = Math.max(scratch, size(scratch()));
          LockSupport.parkNanos(LOOK_NANOS);
        }
      } finally {
        end(process);
      }
      var counters = store.counters();
      if (process.exitValue() != 0) {
        throw new FailedException(
            process.exitValue(),
            "%s: exit code %d: %s"
                .formatted(String.join(" ", contender.command()), process.exitValue(), tail(out)));
      }
      var told = Files.readString(times).strip().split(" ", -1);
      return new Measurement(
          Double.parseDouble(told[0]),
          Double.parseDouble(told[1]) + Double.parseDouble(told[2]),
          memory,
          scratch,
          ownCpu() - servers,
          counters,
          counters.first() == 0 ? -1 : (counters.first() - started) / 1e9);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The exit code of a program that is not measured. */
  int exitCode(Contender contender) {
    try {
      var _ = run(contender);
      return 0;
    } catch (FailedException e) {
      return e.exitCode;
    }
  }

  private static double ownCpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  private static String tail(Path out) throws IOException {
    var text = Files.readString(out).strip();
    return text.substring(Math.max(0, text.length() - TAIL));
  }

  /**
   * Of a process and its children; a child that another thread than the first started is missed.
   */
  private static long anonymousMemory(long pid) {
    var sum = ProcessMemory.anonymous(pid);
    try {
      var children = Files.readString(Path.of("/proc/%d/task/%d/children".formatted(pid, pid)));
      for (var child : children.strip().split(" ", -1)) {
        sum += child.isEmpty() ? 0 : anonymousMemory(Long.parseLong(child));
      }
      return sum;
    } catch (IOException e) {
      // It has ended.
      return sum;
    }
  }

  private static long size(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.mapToLong(MeasuredProgram::bytes).sum();
    } catch (IOException | UncheckedIOException e) {
      // One of them was removed meanwhile.
      return 0;
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
