// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.programs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Programs that {@code lab/cluster/build} makes, and the repository's scripts. */
public final class LabPrograms {
  private static final Map<String, Path> FOUND = new ConcurrentHashMap<>();

  private LabPrograms() {}

  /**
   * Finds a program, for example {@code kube-apiserver}; one that is not there yet is built, which
   * is told on stderr and may take minutes.
   */
  public static Path find(String component) {
    return FOUND.computeIfAbsent(component, LabPrograms::build);
  }

  private static Path build(String component) {
    var script = script("lab/cluster/build");
    try {
      var process =
          new ProcessBuilder(script.toString(), "--print", component)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("%s --print %s failed".formatted(script, component));
      }
      return Path.of(output.strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * A script by its path in the repository; this program works somewhere inside it, tests in a
   * module's folder.
   */
  public static Path script(String path) {
    for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      var script = folder.resolve(path);
      if (Files.isExecutable(script)) {
        return script;
      }
    }
    throw new IllegalStateException(
        "there is no %s above %s".formatted(path, Path.of("").toAbsolutePath()));
  }
}
