// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The user that QEMU is in a launcher pod; files on volumes belong to it. */
public final class QemuUser {
  /** User and group id. */
  public static final int ID = 107;

  private QemuUser() {}

  /** Gives a file or folder to the user of QEMU, and to its group. */
  public static void own(Path file) throws IOException {
    Files.setAttribute(file, "unix:uid", ID);
    Files.setAttribute(file, "unix:gid", ID);
    var mode = Files.isDirectory(file) ? "rwxrwx---" : "rw-rw----";
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
