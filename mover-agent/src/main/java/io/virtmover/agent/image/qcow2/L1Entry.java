// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

/**
 * One L1 table entry (qcow2.txt, "Cluster mapping"): where a window's L2 table lies.
 *
 * <pre>
 *   63 copied | 9..55 host offset of the L2 table, 0 if the window is all hole
 * </pre>
 */
record L1Entry(long raw) {
  private static final long KNOWN = L2Entry.COPIED | L2Entry.OFFSET_MASK;

  /** The entry of an L2 table that nobody shares; 0 for none. */
  static L1Entry to(long l2Offset) {
    return new L1Entry(l2Offset == 0 ? 0 : l2Offset | L2Entry.COPIED);
  }

  /** Whether all of the window is hole. */
  boolean isHole() {
    return l2Offset() == 0;
  }

  /** Host offset of the L2 table; 0 for none. */
  long l2Offset() {
    return raw & L2Entry.OFFSET_MASK;
  }

  /** Bits that no writer sets. */
  boolean hasReservedBits() {
    return (raw & ~KNOWN) != 0;
  }
}
