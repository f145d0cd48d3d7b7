// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds the programs of a Kubernetes control plane, which {@code lab/cluster/build} makes. */
final class Programs {
  private static final String VARIABLE = "VIRTMOVER_LAB_BUILD";

  private Programs() {}

  static Path find(String name) {
    var script = script();
    try {
      var process =
          new ProcessBuilder(script.toString(), "--print", name)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(script + " --print " + name + " failed");
      }
      return Path.of(output.strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Path script() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .map(Path::of)
        .orElseGet(() -> root().resolve("lab/cluster/build"));
  }

  private static Path root() {
    var folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve(".mvn"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IllegalStateException("not inside the repository");
      }
    }
    return folder;
  }
}
