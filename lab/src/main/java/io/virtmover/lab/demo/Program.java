// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.demo;

import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code bin/virtmover} as a user does, its output on the terminal. */
final class Program {
  private final Path executable;
  private final List<String> location;

  Program(Path executable, VersityGateway s3) {
    this.executable = executable;
    this.location =
        List.of(
            "--bucket",
            VersityGateway.BUCKET,
            "--prefix",
            "oadp",
            "--region",
            "us-east-1",
            "--endpoint",
            s3.endpoint().toString(),
            "--path-style",
            "--credentials",
            s3.credentials().toString());
  }

  /** Runs a command that must succeed; its duration in seconds. */
  double run(String command, String... words) {
    var started = System.nanoTime();
    var exitCode = exitCode(command, words);
    if (exitCode != 0) {
      throw new IllegalStateException(
          "virtmover %s ended with exit code %d".formatted(command, exitCode));
    }
    return (System.nanoTime() - started) / 1e9;
  }

  /** Runs a command; its exit code. */
  int exitCode(String command, String... words) {
    var line = new ArrayList<String>();
    line.add(executable.toString());
    line.add(command);
    line.addAll(location);
    line.addAll(List.of(words));
    System.out.println("  $ virtmover " + command + " " + String.join(" ", quoted(words)));
    try {
      return new ProcessBuilder(line).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<String> quoted(String... words) {
    var quoted = new ArrayList<String>();
    for (var word : words) {
      quoted.add(word.matches("[\\w@%+=:,./-]+") ? word : "'" + word + "'");
    }
    return quoted;
  }
}
