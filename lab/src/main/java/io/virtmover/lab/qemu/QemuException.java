// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

/** QEMU refused a command, in its own words. */
public final class QemuException extends RuntimeException {
  QemuException(String command, String text) {
    super(command + ": " + text);
  }
}
