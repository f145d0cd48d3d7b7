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

  private static final long SMALLEST_PART = 5 * MIB;
  private static final long USUAL_PART = 8 * MIB;
  private static final long READ_SIZE = 2 * MIB;

  /** The least any disk needs: two parts of the smallest size and one read. */
  static final long LEAST = 2 * SMALLEST_PART + READ_SIZE;

  private static final int MOST_PARTS = 16;

  /** Some parts are kept in reserve below the 10,000 that S3 allows. */
  private static final int PLANNED_PARTS = 9_500;

  private static final long LARGEST_PART = 1L << 30;

  /** The largest object that S3 and its compatibles agree on. */
  private static final long LARGEST_OBJECT = 5L << 40;

  /**
   * The least memory that a disk's image can be written with: two parts and one read.
   *
   * @param largestImage upper bound of the object's size in bytes
   * @param budget bytes the mover has in all
   * @throws VirtMoverException {@code UNSUPPORTED} if no object can hold the disk, {@code
   *     INVALID_REQUEST} if the budget cannot hold the parts it needs
   */
  static long needed(String disk, long largestImage, long budget) {
    if (largestImage > LARGEST_OBJECT) {
      throw new VirtMoverException(
          FailureKind.UNSUPPORTED,
          "Disk %s may need %d bytes; the largest object is %d bytes."
              .formatted(disk, largestImage, LARGEST_OBJECT));
    }
    var partSize = smallestPart(largestImage);
    var needed = 2 * partSize + READ_SIZE;
    if (partSize > LARGEST_PART || needed > budget) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Disk %s may need %d bytes, so parts of %d MiB; that takes a memory budget of at least %d MiB: "
                  .formatted(disk, largestImage, partSize / MIB, needed / MIB)
              + "raise --memory.");
    }
    return needed;
  }

  /**
   * Plans for a disk.
   *
   * @param share bytes of memory this disk may use, at least what is {@link #needed}
   * @param concurrency reads at once that help
   */
  static MemoryPlan of(long share, long largestImage, int concurrency) {
    var smallest = smallestPart(largestImage);
    var forReads = Math.min(share / 4, share - 2 * smallest);
    var readBuffers = Math.clamp(forReads / READ_SIZE, 1, Math.max(1, concurrency));
    var forParts = share - READ_SIZE * readBuffers;
    var usual = forParts >= 8 * USUAL_PART ? USUAL_PART : SMALLEST_PART;
    var partSize = Math.max(usual, smallest);
    return new MemoryPlan(
        (int) partSize,
        (int) Math.min(forParts / partSize, MOST_PARTS),
        (int) READ_SIZE,
        readBuffers);
  }

  private static long smallestPart(long largestImage) {
    return Math.max(SMALLEST_PART, roundUp((largestImage + PLANNED_PARTS - 1) / PLANNED_PARTS));
  }

  private static long roundUp(long bytes) {
    return (bytes + MIB - 1) / MIB * MIB;
  }
}
