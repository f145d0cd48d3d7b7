// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.provisioner;

import java.util.Locale;

/** How a volume is used, in the words of Kubernetes. */
enum VolumeMode {
  FILESYSTEM("Filesystem"),
  BLOCK("Block");

  private final String text;

  VolumeMode(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /** Reads {@code spec.volumeMode}; a claim without one wants a file system. */
  static VolumeMode of(String text) {
    return "block".equals(text.toLowerCase(Locale.ROOT)) ? BLOCK : FILESYSTEM;
  }
}
