// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.transfer.DiskNeed;
import io.virtmover.transfer.PartSize;

/**
 * How one disk's share of the byte budget is spent.
 *
 * @param partSize bytes per part of the upload
 * @param partBuffers parts in memory at once, the first one included
 * @param readSize bytes per read
 * @param readBuffers reads ahead
 * @param sideSize bytes of the side object that are kept until they are sent
 */
record MemoryPlan(int partSize, int partBuffers, int readSize, int readBuffers, int sideSize) {
  static final long MIB = 1 << 20;

  /** Each part has a cost of its own, a connection and TLS's handshake among it (ADR 5). */
  private static final long USUAL_PART = 16 * MIB;

  private static final int LEAST_USUAL_PARTS = 4;

  private static final int MOST_PARTS = 16;

  /**
   * Plans for a disk.
   *
   * @param share bytes for buffers, at least the disk's {@link DiskNeed#buffers}
   * @param concurrency reads at once that help
   */
  static MemoryPlan of(long share, DiskNeed need, int concurrency) {
    var smallestPart = need.partSize();
    var forReads = Math.min(share / 4, share - 2 * smallestPart);
    var readBuffers = Math.clamp(forReads / DiskNeed.READ, 1, Math.max(1, concurrency));
    var forParts = share - DiskNeed.READ * readBuffers;
    var usual = forParts >= LEAST_USUAL_PARTS * USUAL_PART ? USUAL_PART : PartSize.SMALLEST;
    var partSize = Math.max(usual, smallestPart);
    return new MemoryPlan(
        (int) partSize,
        (int) Math.min(forParts / partSize, MOST_PARTS),
        (int) DiskNeed.READ,
        readBuffers,
        (int) need.side());
  }
}
