// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import io.virtmover.lab.qemu.LabVm;
import java.util.List;

/** The tiny Linux: it has file systems on its disks, and nobody writes past it. */
final class LinuxGuest extends Guest {
  LinuxGuest(LabVm vm) {
    super(vm);
  }

  /** Writes {@code steps} files to each disk. */
  @Override
  public void work(long seed, int steps) {
    alone("write %d %d".formatted(seed, steps));
  }

  @Override
  public void write(String volume, long seed, long offset, long length) {
    throw refusal();
  }

  @Override
  public void discard(String volume, long offset, long length) {
    throw refusal();
  }

  @Override
  public void zero(String volume, long offset, long length) {
    throw refusal();
  }

  private IllegalStateException refusal() {
    return new IllegalStateException(
        "VM %s runs Linux, which has file systems on its disks: only work and writer, no offsets"
            .formatted(vm.name()));
  }

  @Override
  public List<String> files() {
    return alone("files");
  }

  private List<String> alone(String command) {
    return alone(() -> vm.inGuest(command));
  }

  @Override
  void freeze() {
    vm.inGuest("freeze");
  }

  @Override
  void thaw() {
    vm.inGuest("thaw");
  }

  @Override
  void shutDown() {
    alone("umount");
  }
}
