// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import java.util.Random;

/**
 * What a guest does to its disks: runs of data, overwrites, zeros, discards, small writes anywhere.
 * The same seed does the same.
 */
public final class GuestWorkload {
  private static final int SECTOR = 512;
  private static final int LARGEST_RUN = 3 << 20;

  private final Random random;

  public GuestWorkload(long seed) {
    this.random = new Random(seed);
  }

  /** Does {@code steps} things to each disk of a running VM. */
  public void run(LabVm vm, int steps) {
    for (var volume : vm.volumes()) {
      for (var i = 0; i < steps; i++) {
        step(vm, volume);
      }
    }
  }

  private void step(LabVm vm, String volume) {
    var sectors = vm.size(volume) / SECTOR;
    var most = (int) Math.min(LARGEST_RUN / SECTOR, sectors);
    var length = 1L + random.nextInt(random.nextBoolean() ? most : Math.min(most, 64));
    var first = (long) (random.nextDouble() * (sectors - length + 1));
    if (random.nextInt(4) == 0) {
      first = first / 128 * 128;
      length = Math.min(sectors - first, Math.max(128, length / 128 * 128));
    }
    var offset = first * SECTOR;
    var bytes = length * SECTOR;
    switch (random.nextInt(8)) {
      case 0 -> vm.io(volume, "write -z %d %d".formatted(offset, bytes));
      case 1 -> vm.io(volume, "write -z -u %d %d".formatted(offset, bytes));
      case 2 -> vm.io(volume, "discard %d %d".formatted(offset, bytes));
      case 3 -> vm.io(volume, "write -P 0 %d %d".formatted(offset, bytes));
      case 4 -> vm.io(volume, "write -P %d %d %d".formatted(random.nextInt(256), offset, bytes));
      default -> vm.writeRandom(volume, random.nextLong(), offset, bytes);
    }
  }
}
