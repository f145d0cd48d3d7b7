// SPDX-License-Identifier: Apache-2.0
package io.virtmover.image.qcow2;

/**
 * One L2 table entry (qcow2.txt, "Cluster mapping").
 *
 * <pre>
 *   63 copied | 62 compressed | standard:   9..55 host cluster offset, 0 reads as zeros (v3)
 *                               compressed: 0..x-1 host offset, x..61 sectors beyond the first,
 *                                           x = 62 - (cluster bits - 8)
 * </pre>
 */
record L2Entry(long raw) {
  static final long COPIED = 1L << 63;
  static final long COMPRESSED = 1L << 62;
  static final long ZERO = 1;
  static final long OFFSET_MASK = 0x00ff_ffff_ffff_fe00L;
  private static final long RESERVED_MASK = 0x3f00_0000_0000_01feL;
  private static final int SECTOR = 512;

  boolean isCompressed() {
    return (raw & COMPRESSED) != 0;
  }

  boolean isZero() {
    return (raw & ZERO) != 0;
  }

  long hostOffset() {
    return raw & OFFSET_MASK;
  }

  boolean hasReservedBits() {
    return !isCompressed() && (raw & RESERVED_MASK) != 0;
  }

  long compressedOffset(int clusterBits) {
    return raw & ((1L << offsetBits(clusterBits)) - 1);
  }

  /** Length up to the end of the last sector; the deflate stream ends somewhere in it. */
  int compressedLength(int clusterBits) {
    var sectors = (raw & ~COPIED & ~COMPRESSED) >>> offsetBits(clusterBits);
    return (int) ((sectors + 1) * SECTOR - compressedOffset(clusterBits) % SECTOR);
  }

  private static int offsetBits(int clusterBits) {
    return 62 - (clusterBits - 8);
  }
}
