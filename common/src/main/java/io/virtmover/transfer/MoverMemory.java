// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import java.util.List;

/**
 * The memory that a transfer takes: the mover takes so much, and its pod has to be granted it.
 *
 * @param budget bytes for buffers and for what is known of the disks, outside the heap
 */
public record MoverMemory(long budget) {
  /** What a backup takes unless a disk needs more: parts of 16 MiB, four of them on their way. */
  public static final long USUAL_BUDGET = 96L << 20;

  /** The least any backup gets along with: two parts of the smallest size and one read. */
  public static final long LEAST = 2 * PartSize.SMALLEST + DiskNeed.READ;

  /** What a restore or a verification takes: ranges of a few MiB. */
  private static final long READING_BUDGET = 40L << 20;

  /** The largest heap, whatever the disks: see {@code src/main/docker/java-options}. */
  public static final long HEAP = 48L << 20;

  /** Classes, compiled code, stacks and the JVM itself, measured and rounded up. */
  private static final long JVM = 120L << 20;

  /**
   * What a backup takes: the disks share the budget, so the one that needs most decides. A limit
   * that was set is never exceeded; without one, this is what the mover takes at most.
   */
  public static MoverMemory ofBackup(List<DiskNeed> disks) {
    return new MoverMemory(
        Math.max(USUAL_BUDGET, disks.stream().mapToLong(DiskNeed::bytes).max().orElse(0)));
  }

  /** What a restore or a verification takes: its buffers do not depend on the disk. */
  public static MoverMemory ofRestore() {
    return new MoverMemory(READING_BUDGET);
  }

  /** The memory limit of a container that runs the transfer. */
  public long containerLimit() {
    return budget + HEAP + JVM;
  }
}
