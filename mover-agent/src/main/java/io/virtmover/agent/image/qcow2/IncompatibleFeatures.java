// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * What a reader of a version 3 image must understand (qcow2.txt, "incompatible_features").
 *
 * <pre>
 *   0 dirty | 1 corrupt | 2 external data file | 3 compression type | 4 extended L2 entries
 * </pre>
 */
record IncompatibleFeatures(long raw) {
  private static final long DIRTY = 1;
  private static final long CORRUPT = 1 << 1;
  private static final long EXTERNAL_DATA = 1 << 2;
  private static final long COMPRESSION_TYPE = 1 << 3;
  private static final long EXTENDED_L2 = 1 << 4;
  private static final long KNOWN =
      DIRTY | CORRUPT | EXTERNAL_DATA | COMPRESSION_TYPE | EXTENDED_L2;

  /** Those of a version 3 header. */
  static IncompatibleFeatures in(ByteBuffer header) {
    return new IncompatibleFeatures(header.getLong(HeaderField.INCOMPATIBLE_FEATURES));
  }

  /** Its refcounts may be wrong: it was not closed cleanly. */
  boolean isDirty() {
    return has(DIRTY);
  }

  /** QEMU found it corrupt. */
  boolean isCorrupt() {
    return has(CORRUPT);
  }

  /** Its data lies in another file. */
  boolean hasExternalData() {
    return has(EXTERNAL_DATA);
  }

  /** The header says how clusters are compressed. */
  boolean hasCompressionType() {
    return has(COMPRESSION_TYPE);
  }

  /** Its L2 entries are twice as long. */
  boolean hasExtendedL2() {
    return has(EXTENDED_L2);
  }

  /** The number of the first feature that nobody here knows. */
  OptionalInt unknown() {
    var unknown = raw & ~KNOWN;
    return unknown == 0 ? OptionalInt.empty() : OptionalInt.of(Long.numberOfTrailingZeros(unknown));
  }

  private boolean has(long feature) {
    return (raw & feature) != 0;
  }
}
