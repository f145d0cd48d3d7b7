// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.qemu.GuestWorkload;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.qemu.QemuException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What goes on inside a VM: writes on demand, and a program that keeps writing. All of it stops
 * while the guest is frozen.
 */
public final class Guest {
  private static final Logger LOG = System.getLogger(Guest.class.getName());

  /** Between two writes of the program that keeps writing. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** How often a write is tried while a backup stands in its way. */
  private static final int ATTEMPTS = 200;

  private final LabVm vm;
  private final Predicate<String> isOvercome;
  private final ReentrantLock disks = new ReentrantLock(true);
  private @Nullable Thread writer;

  /**
   * @param isOvercome is told QEMU's words when a write fails, and whether to try again
   */
  Guest(LabVm vm, Predicate<String> isOvercome) {
    this.vm = vm;
    this.isOvercome = isOvercome;
  }

  /** The names of its volumes. */
  public Iterable<String> volumes() {
    return vm.volumes();
  }

  /** Does things to each disk that depend on the seed only; see {@link GuestWorkload}. */
  public void work(long seed, int steps) {
    writing(() -> new GuestWorkload(seed).run(vm, steps));
  }

  /** Writes random bytes that depend on the seed only. */
  public void write(String volume, long seed, long offset, long length) {
    writing(() -> vm.writeRandom(volume, seed, offset, length));
  }

  /** Discards a range. */
  public void discard(String volume, long offset, long length) {
    writing(() -> vm.io(volume, "discard %d %d".formatted(offset, length)));
  }

  /** Writes zeros; they may become holes. */
  public void zero(String volume, long offset, long length) {
    writing(() -> vm.io(volume, "write -z -u %d %d".formatted(offset, length)));
  }

  private void writing(Runnable writes) {
    for (var attempt = 1; ; attempt++) {
      try {
        once(writes);
        return;
      } catch (QemuException e) {
        if (attempt == ATTEMPTS || !isOvercome.test(String.valueOf(e.getMessage()))) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void once(Runnable writes) {
    disks.lock();
    try {
      writes.run();
    } finally {
      disks.unlock();
    }
  }

  /** Runs something while the guest writes nothing and its disks hold everything written. */
  public <T> T frozen(Supplier<T> action) {
    disks.lock();
    try {
      vm.flush();
      return action.get();
    } finally {
      disks.unlock();
    }
  }

  /** SHA-256 and bytes of each disk. */
  public Map<String, Content> contents() {
    return frozen(this::readContents);
  }

  /** What a disk holds. */
  public record Content(String sha256, long bytes) {}

  Map<String, Content> readContents() {
    var contents = new LinkedHashMap<String, Content>();
    for (var volume : vm.volumes()) {
      var bytes = vm.size(volume);
      contents.put(volume, new Content(DiskHash.sha256(vm.raw(volume), bytes), bytes));
    }
    return contents;
  }

  /** Starts a program that keeps writing, unless one runs. */
  public synchronized void startWriter(long seed) {
    if (writer == null) {
      writer = Thread.ofVirtual().name("writer-" + vm.name()).start(() -> keepWriting(seed));
    }
  }

  /** Ends the program that keeps writing. */
  public synchronized void stopWriter() {
    if (writer != null) {
      writer.interrupt();
      writer = null;
    }
  }

  private void keepWriting(long seed) {
    try {
      for (var round = seed; !Thread.currentThread().isInterrupted(); round++) {
        work(round, 1);
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    } catch (QemuException e) {
      LOG.log(Level.INFO, "The writer of {0} ended: {1}", vm.name(), e.getMessage());
    }
  }
}
