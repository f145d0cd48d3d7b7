// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/** How large a disk is, as far as it is known before the disk is read. */
public sealed interface DiskSize {
  /**
   * The size itself, as a block device has it.
   *
   * @param bytes that the guest sees
   */
  record Exactly(long bytes) implements DiskSize {
    /**
     * @throws VirtMoverException {@code INVALID_REQUEST} for a size that no disk has
     */
    public Exactly {
      check(bytes);
    }

    @Override
    public long most() {
      return bytes;
    }
  }

  /**
   * A bound, as the capacity of a file system is for the image in it; the mover finds the size.
   *
   * @param bytes that the guest does not see more of
   */
  record AtMost(long bytes) implements DiskSize {
    /**
     * @throws VirtMoverException {@code INVALID_REQUEST} for a bound that no disk keeps
     */
    public AtMost {
      check(bytes);
    }

    @Override
    public long most() {
      return bytes;
    }
  }

  /** Bytes that the disk has at most; the memory that its backup takes follows from it. */
  long most();

  private static void check(long bytes) {
    if (bytes <= 0) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST, "A disk cannot have a size of 0 bytes or less.");
    }
  }
}
