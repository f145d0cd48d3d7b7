// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What the image's entry point does when the program is one native file: an init container has no
 * shell to copy it with. (The JVM variant's launcher copies what is its own.)
 */
final class Installation {
  private static final String NAME = "virtmover";

  private Installation() {}

  /**
   * Copies the program to where Velero looks. A restarted container finds the first try's file, and
   * Velero never sees half of one.
   */
  static void copy(Path program, Path folder) throws IOException {
    var part = folder.resolve(NAME + ".part");
    Files.copy(program, part, StandardCopyOption.REPLACE_EXISTING);
    Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(part, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }
}
