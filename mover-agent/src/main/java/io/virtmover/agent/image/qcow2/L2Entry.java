// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

/**
 * One L2 table entry (qcow2.txt, "Cluster mapping"). What its bits mean depends on its kind, so the
 * kind is asked first: bit 0 of a compressed entry belongs to the offset.
 *
 * <pre>
 *   63 copied | 62 compressed | standard:   9..55 host cluster offset, 0 reads as zeros (v3)
 *                               compressed: 0..x-1 host offset, x..61 sectors beyond the first,
 *                                           x = 62 - (cluster bits - 8)
 * </pre>
 */
record L2Entry(long raw) {
  /** How a cluster is stored. */
  enum Kind {
    HOLE,
    /** Reads as zeros, whether or not a host cluster is kept for it. */
    ZERO,
    DATA,
    COMPRESSED
  }

  /** The cluster it points to has no other owner; at the same place in an {@link L1Entry}. */
  static final long COPIED = 1L << 63;

  /** Where the offset of a cluster is; at the same place in an {@link L1Entry}. */
  static final long OFFSET_MASK = 0x00ff_ffff_ffff_fe00L;

  private static final long ZERO = 1;
  private static final long COMPRESSED = 1L << 62;
  private static final long RESERVED_MASK = 0x3f00_0000_0000_01feL;
  private static final int SECTOR = 512;

  /** The entry of a cluster that reads as zeros and keeps no host cluster. */
  static L2Entry zero() {
    return new L2Entry(ZERO);
  }

  /** The entry of a stored cluster that nobody shares. */
  static L2Entry data(long hostOffset) {
    return new L2Entry(COPIED | hostOffset);
  }

  Kind kind() {
    if ((raw & COMPRESSED) != 0) {
      return Kind.COMPRESSED;
    }
    if ((raw & ZERO) != 0) {
      return Kind.ZERO;
    }
    return (raw & OFFSET_MASK) == 0 ? Kind.HOLE : Kind.DATA;
  }

  /** Bits that no writer of this version sets; a compressed entry has none. */
  boolean hasReservedBits(int version) {
    var reserved = version == 2 ? RESERVED_MASK | ZERO : RESERVED_MASK;
    return kind() != Kind.COMPRESSED && (raw & reserved) != 0;
  }

  /** The host cluster of a standard entry; 0 for none. */
  long hostOffset() {
    return kind() == Kind.COMPRESSED ? 0 : raw & OFFSET_MASK;
  }

  long compressedOffset(int clusterBits) {
    return raw & ((1L << offsetBits(clusterBits)) - 1);
  }

  /** Length up to the end of the last sector; the compressed data ends somewhere in it. */
  int compressedLength(int clusterBits) {
    var sectors = (raw & ~COPIED & ~COMPRESSED) >>> offsetBits(clusterBits);
    return (int) ((sectors + 1) * SECTOR - compressedOffset(clusterBits) % SECTOR);
  }

  private static int offsetBits(int clusterBits) {
    return 62 - (clusterBits - 8);
  }
}
