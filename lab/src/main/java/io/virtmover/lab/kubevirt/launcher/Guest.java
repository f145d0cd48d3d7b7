// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.launcher;

import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.qemu.QemuException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What goes on inside a VM: writes on demand, and a program that keeps writing. All of it stops
 * while the guest is frozen.
 */
public abstract class Guest {
  private static final Logger LOG = System.getLogger(Guest.class.getName());

  /** Between two writes of the program that keeps writing, to each disk up to 3 MiB. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  final LabVm vm;
  private final ReentrantLock disks = new ReentrantLock(true);
  private @Nullable Thread writer;

  Guest(LabVm vm) {
    this.vm = vm;
  }

  /** Writes to each disk what depends on the seed only. */
  public abstract void work(long seed, int steps);

  /** Writes random bytes that depend on the seed only. */
  public abstract void write(String volume, long seed, long offset, long length);

  /** Discards a range. */
  public abstract void discard(String volume, long offset, long length);

  /** Writes zeros; they may become holes. */
  public abstract void zero(String volume, long offset, long length);

  /** The files of its disks, each with its SHA-256. */
  public abstract List<String> files();

  /** Has it write out what it holds back, and write nothing until {@link #thaw}. */
  abstract void freeze();

  abstract void thaw();

  /** Has it leave its disks; it is not used any more. */
  abstract void shutDown();

  /** Runs something while the guest writes nothing and its disks hold everything written. */
  public <T> T frozen(Supplier<T> action) {
    return alone(
        () -> {
          freeze();
          try {
            vm.flush();
            return action.get();
          } finally {
            thaw();
          }
        });
  }

  /** Runs something while nobody else uses the disks. */
  final <T> T alone(Supplier<T> action) {
    disks.lock();
    try {
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
