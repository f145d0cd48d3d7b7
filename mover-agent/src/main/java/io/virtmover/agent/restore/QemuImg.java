// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@code qemu-img}, without a shell and with nothing of our environment but the search path.
 * It never outlives the call: whatever ends the waiting ends it too.
 */
final class QemuImg {
  /** How long it may do nothing at all, and how long it gets to end when asked to. */
  record Patience(Duration idle, Duration end) {
    // The end must leave time to delete the scratch before the process is killed on SIGTERM.
    static final Patience USUAL = new Patience(Duration.ofMinutes(5), Duration.ofMillis(1500));
  }

  private static final long LOOK_MILLIS = 200;

  private final String program;
  private final Path folder;
  private final Patience patience;

  /**
   * @param folder its working directory
   */
  QemuImg(String program, Path folder, Patience patience) {
    this.program = program;
    this.folder = folder;
    this.patience = patience;
  }

  /**
   * Runs it to its end.
   *
   * @return what it complained about, in one line, if it failed
   * @throws VirtMoverException {@code CANCELED} when interrupted, {@code UNAVAILABLE} if it hangs,
   *     {@code INVALID_REQUEST} if it cannot be started
   */
  Optional<String> run(List<String> arguments) {
    var process = start(arguments);
    var output = new ProcessOutput(process.getInputStream());
    try {
      await(process, output, arguments.getFirst());
    } finally {
      end(process);
    }
    return process.exitValue() == 0 ? Optional.empty() : Optional.of(output.line(patience.end()));
  }

  private Process start(List<String> arguments) {
    var command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile());
    var path = builder.environment().getOrDefault("PATH", "/usr/bin:/bin");
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", path, "LC_ALL", "C"));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "qemu-img cannot be started: install qemu-utils, or leave out --engine qemu-img.",
          e);
    }
  }

  private void await(Process process, ProcessOutput output, String what) {
    try {
      var seen = "";
      var since = System.nanoTime();
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        var now = sign(process, output);
        if (!now.equals(seen)) {
          seen = now;
          since = System.nanoTime();
        } else if (System.nanoTime() - since > patience.idle().toNanos()) {
          throw new VirtMoverException(
              FailureKind.UNAVAILABLE,
              "qemu-img %s did nothing for %d seconds and was ended; look at the storage it writes to, then run the restore again."
                  .formatted(what, patience.idle().toSeconds()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VirtMoverException(FailureKind.CANCELED, "The restore was canceled.", e);
    }
  }

  /** Changes while the program does anything: a system call or a word. */
  private static String sign(Process process, ProcessOutput output) {
    return process.info().totalCpuDuration().map(Duration::toString).orElse("") + output.count();
  }

  private void end(Process process) {
    if (process.isAlive()) {
      process.destroy();
      waitFor(process);
    }
    if (process.isAlive()) {
      process.destroyForcibly();
      waitFor(process);
    }
  }

  /** An interrupted thread waits as well: it is the one that has to see the end. */
  private void waitFor(Process process) {
    process
        .onExit()
        .completeOnTimeout(process, patience.end().toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
