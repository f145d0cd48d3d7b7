// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.MoverMemory;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * The mover's bytes outside the heap, which its disks share. Disks are admitted one after the
 * other: only the one at the door may still ask for more, and those that are in give back what they
 * have without asking again, so nobody waits in a circle. Thread-safe.
 */
final class MemoryBudget {
  private final boolean limited;
  private final Consumer<String> notices;
  private final Semaphore door = new Semaphore(1, true);
  private long total;
  private long free;

  private MemoryBudget(boolean limited, long total, Consumer<String> notices) {
    this.limited = limited;
    this.notices = notices;
    this.total = total;
    this.free = total;
  }

  /**
   * A budget.
   *
   * @param limit never exceeded; without one, a disk that needs more than there is makes it grow
   * @param notices hears of that
   */
  static MemoryBudget of(OptionalLong limit, Consumer<String> notices) {
    return new MemoryBudget(limit.isPresent(), limit.orElse(MoverMemory.USUAL_BUDGET), notices);
  }

  /** Bytes in all, the most there was in use so far. */
  synchronized long total() {
    return total;
  }

  /**
   * Waits until a disk may ask for memory.
   *
   * @throws VirtMoverException {@code CANCELED} when interrupted
   */
  DiskMemory admit(String disk, Geometry geometry) {
    try {
      door.acquire();
    } catch (InterruptedException e) {
      throw canceled(e);
    }
    return new DiskMemory(this, disk, geometry);
  }

  void leaveTheDoor() {
    door.release();
  }

  void tell(String notice) {
    notices.accept(notice);
  }

  /**
   * Makes sure that one disk alone can have so much.
   *
   * @return whether it can
   */
  synchronized boolean reach(long bytes) {
    if (bytes > total && !limited) {
      free += bytes - total;
      total = bytes;
    }
    return bytes <= total;
  }

  /**
   * Takes as much as is free, within bounds; waits until that is at least {@code least}.
   *
   * @param least bytes, with what the caller holds no more than {@link #total}
   * @param most bytes, at least {@code least}
   * @return the bytes taken, to be given back
   * @throws VirtMoverException {@code CANCELED} when interrupted
   */
  synchronized long take(long least, long most) {
    try {
      while (free < least) {
        wait();
      }
    } catch (InterruptedException e) {
      throw canceled(e);
    }
    var taken = Math.min(most, free);
    free -= taken;
    return taken;
  }

  synchronized void giveBack(long bytes) {
    free += bytes;
    notifyAll();
  }

  private static VirtMoverException canceled(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new VirtMoverException(FailureKind.CANCELED, "Waiting for memory was canceled.", cause);
  }
}
