// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskNeed;
import io.virtmover.transfer.MoverMemory;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * What one disk holds of the budget: its map, then what it needs besides. All of it is given back
 * when it is closed. Used by one thread.
 */
final class DiskMemory implements AutoCloseable {
  private static final long MIB = MemoryPlan.MIB;

  private final MemoryBudget budget;
  private final String disk;
  private final Geometry geometry;
  private final Arena arena = Arena.ofShared();
  private long held;
  private boolean atTheDoor = true;

  DiskMemory(MemoryBudget budget, String disk, Geometry geometry) {
    this.budget = budget;
    this.disk = disk;
    this.geometry = geometry;
  }

  /**
   * A piece of the map; waits while other disks have what is missing.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if the budget cannot hold the map
   */
  ByteBuffer mapChunk(int bytes) {
    if (!budget.reach(held + bytes + MoverMemory.LEAST)) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Disk %s has changes in so many places that its map does not fit into a memory budget of %d MiB: "
                  .formatted(disk, budget.total() / MIB)
              + "leave --memory out, or raise it; %d MiB are enough in any case."
                  .formatted(inMiB(DiskNeeds.ofSize(geometry).bytes())));
    }
    held += budget.take(bytes, bytes);
    return arena.allocate(bytes).asByteBuffer();
  }

  /**
   * Takes what a disk needs to be written, and lets the next one ask.
   *
   * @param need of which the map is held already
   * @param share bytes the disk takes if there are as many and it does not need more
   * @return bytes for buffers
   * @throws VirtMoverException {@code INVALID_REQUEST} if the budget cannot hold the parts it needs
   */
  long takeBuffers(DiskNeed need, long share) {
    if (!budget.reach(need.bytes())) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Disk %s may need %d bytes, so parts of %d MiB; that takes a memory budget of at least %d MiB: "
                  .formatted(disk, need.largestImage(), need.partSize() / MIB, inMiB(need.bytes()))
              + "raise --memory, or leave it out.");
    }
    if (need.bytes() > MoverMemory.USUAL_BUDGET) {
      tell(need);
    }
    var least = need.bytes() - need.map();
    var taken = budget.take(least, Math.max(least, share - need.map()));
    held += taken;
    leaveTheDoor();
    return taken - need.directory() - need.side();
  }

  @Override
  public void close() {
    arena.close();
    budget.giveBack(held);
    leaveTheDoor();
  }

  private void tell(DiskNeed need) {
    budget.tell(
        "disk %s may need %d bytes, so parts of %d MiB; this backup takes up to %d MiB of memory for buffers"
                .formatted(disk, need.largestImage(), need.partSize() / MIB, inMiB(budget.total()))
            + " instead of %d MiB.".formatted(inMiB(MoverMemory.USUAL_BUDGET)));
  }

  private void leaveTheDoor() {
    if (atTheDoor) {
      atTheDoor = false;
      budget.leaveTheDoor();
    }
  }

  private static long inMiB(long bytes) {
    return (bytes + MIB - 1) / MIB;
  }
}
