// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.nio.file.Path;
import java.util.List;

/**
 * A Linux that QEMU boots by itself, without a boot loader: the laboratory's tiny guest. It is
 * emulated, since hardware virtualization is not everywhere.
 */
public record KernelBoot(Path kernel, Path initrd) {
  private static final String MEMORY_MIB = "96";

  /**
   * QEMU's arguments for a machine with it.
   *
   * @param console where what the kernel prints goes
   * @param shell socket of the serial port that {@link GuestShell} speaks to
   */
  List<String> machine(Path console, Path shell) {
    return List.of(
        "-machine",
        "pc",
        "-accel",
        "tcg",
        "-m",
        MEMORY_MIB,
        "-no-reboot",
        "-kernel",
        kernel.toString(),
        "-initrd",
        initrd.toString(),
        "-append",
        "console=ttyS0 quiet panic=-1",
        "-serial",
        "file:" + console,
        "-serial",
        "unix:" + shell + ",server=on,wait=off");
  }
}
