// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.programs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Folders that the laboratory makes and takes away again. */
public final class Folders {
  private Folders() {}

  /** Deletes a folder and what is in it; one that is not there is no matter. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
