// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a disk of a VM lies.
 *
 * @param volume the VM volume's name
 * @param data the raw disk: a file, or a block device
 * @param overlay the qcow2 file with the metadata for changed block tracking, which is made when it
 *     does not exist; empty for a disk without tracking
 */
public record VmDisk(String volume, Path data, Kind kind, Optional<Path> overlay) {
  /** What the raw disk is, in the words of QEMU's block drivers. */
  public enum Kind {
    FILE("file"),
    DEVICE("host_device");

    private final String driver;

    Kind(String driver) {
      this.driver = driver;
    }

    String driver() {
      return driver;
    }
  }
}
