// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/**
 * How one disk's share of the byte budget is spent.
 *
 * @param partSize bytes per part of the upload
 * @param partBuffers parts in memory at once, the first one included
 * @param readSize bytes per read
 * @param readBuffers reads ahead
 */
record MemoryPlan(int partSize, int partBuffers, int readSize, int readBuffers) {
  static final long MIB = 1 << 20;

  /** The least a disk needs: two parts of the smallest size and two reads. */
  static final long LEAST = 12 * MIB;

  private static final int SMALLEST_PART = (int) (5 * MIB);
  private static final int USUAL_PART = (int) (8 * MIB);

  /** Some parts are kept in reserve below the 10,000 that S3 allows. */
  private static final int PLANNED_PARTS = 9_500;

  private static final long LARGEST_PART = 1L << 30;

  /** The largest object that S3 and its compatibles agree on. */
  private static final long LARGEST_OBJECT = 5L << 40;

  /**
   * Plans for a disk.
   *
   * @param share bytes of memory this disk may use, at least {@link #LEAST}
   * @param largestImage upper bound of the object's size
   * @throws VirtMoverException {@code UNSUPPORTED} if no object can hold the disk, {@code
   *     INVALID_REQUEST} if the budget cannot hold the parts it needs
   */
  static MemoryPlan of(String disk, long share, long largestImage, int concurrency) {
    if (largestImage > LARGEST_OBJECT) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "Disk %s may need %d bytes; the largest object is %d bytes."
              .formatted(disk, largestImage, LARGEST_OBJECT));
    }
    var readSize = (int) (2 * MIB);
    var readBuffers = Math.clamp(share / 4 / readSize, 1, Math.max(1, concurrency));
    var forParts = share - (long) readSize * readBuffers;
    var needed = roundUp((largestImage + PLANNED_PARTS - 1) / PLANNED_PARTS);
    var usual = forParts >= 8L * USUAL_PART ? USUAL_PART : SMALLEST_PART;
    var partSize = Math.max(usual, needed);
    if (partSize > LARGEST_PART || 2 * partSize > forParts) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Disk %s may need %d bytes, so parts of %d MiB; that takes a memory budget of at least %d MiB: "
                  .formatted(disk, largestImage, partSize / MIB, 3 * partSize / MIB)
              + "raise --memory.");
    }
    return new MemoryPlan(
        (int) partSize, (int) Math.min(forParts / partSize, 16), readSize, readBuffers);
  }

  private static long roundUp(long bytes) {
    return (bytes + MIB - 1) / MIB * MIB;
  }
}
