// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process holds open, as Linux tells it. */
final class OpenFiles {
  private OpenFiles() {}

  /** How often a file is open. */
  static long of(Path file) {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(descriptor -> leadsTo(descriptor, file)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file.toRealPath());
    } catch (IOException _) {
      return false; // Closed meanwhile.
    }
  }
}
