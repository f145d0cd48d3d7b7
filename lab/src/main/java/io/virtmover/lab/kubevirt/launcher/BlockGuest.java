// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import io.virtmover.lab.qemu.GuestWorkload;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.qemu.QemuException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** No system runs: QEMU itself writes to the disks, in the guest's place. */
final class BlockGuest extends Guest {
  /** How often a write is tried while a backup stands in its way. */
  private static final int ATTEMPTS = 200;

  private static final Duration BEFORE_ANOTHER = Duration.ofMillis(20);

  private final Predicate<String> isOvercome;

  /**
   * @param isOvercome is told QEMU's words when a write fails, and whether to try again
   */
  BlockGuest(LabVm vm, Predicate<String> isOvercome) {
    super(vm);
    this.isOvercome = isOvercome;
  }

  /** See {@link GuestWorkload}. */
  @Override
  public void work(long seed, int steps) {
    writing(() -> new GuestWorkload(seed).run(vm, steps));
  }

  @Override
  public void write(String volume, long seed, long offset, long length) {
    writing(() -> vm.writeRandom(volume, seed, offset, length));
  }

  @Override
  public void discard(String volume, long offset, long length) {
    writing(() -> vm.io(volume, "discard %d %d".formatted(offset, length)));
  }

  @Override
  public void zero(String volume, long offset, long length) {
    writing(() -> vm.io(volume, "write -z -u %d %d".formatted(offset, length)));
  }

  @Override
  public List<String> files() {
    throw new IllegalStateException(
        "no system runs in VM %s; create it with --guest linux".formatted(vm.name()));
  }

  private void writing(Runnable writes) {
    for (var attempt = 1; ; attempt++) {
      try {
        var _ = alone(() -> done(writes));
        return;
      } catch (QemuException e) {
        if (attempt == ATTEMPTS || !isOvercome.test(String.valueOf(e.getMessage()))) {
          throw e;
        }
        LockSupport.parkNanos(BEFORE_ANOTHER.toNanos());
      }
    }
  }

  private static boolean done(Runnable writes) {
    writes.run();
    return true;
  }

  @Override
  void freeze() {}

  @Override
  void thaw() {}

  @Override
  void shutDown() {}
}
