// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/**
 * The mover's bytes for buffers, which its disks share: a disk that needs more than its part waits
 * until others have given theirs back. Each disk takes once, so nobody waits in a circle.
 * Thread-safe.
 */
final class MemoryBudget {
  private final long total;
  private long free;

  MemoryBudget(long total) {
    this.total = total;
    this.free = total;
  }

  long total() {
    return total;
  }

  /**
   * Takes as much as is free, within bounds; waits until that is at least {@code least}.
   *
   * @param least bytes, at most {@link #total}
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
      Thread.currentThread().interrupt();
      throw new VirtMoverException(FailureKind.CANCELED, "Waiting for memory was canceled.", e);
    }
    var taken = Math.min(most, free);
    free -= taken;
    return taken;
  }

  synchronized void giveBack(long bytes) {
    free += bytes;
    notifyAll();
  }
}
