// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import io.virtmover.agent.image.Geometry;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What the header of a qcow2 image says, as far as it matters to who reads the disk as it is.
 *
 * @param backingFile the name of the image below it, which is never opened
 * @param refcountOrder log2 of the bits of a refcount
 */
public record Qcow2Header(
    int version,
    Geometry geometry,
    Compression compression,
    Optional<String> backingFile,
    int l1Entries,
    long l1Offset,
    long refcountTableOffset,
    int refcountTableClusters,
    int refcountOrder) {
  /** Bytes from the beginning of a file that are enough for {@link #parse}. */
  public static final int PREFIX_LENGTH = 64 << 10;

  static final int MAGIC = 0x514649fb;

  /**
   * Reads and checks a header.
   *
   * @param prefix the first bytes of the image, {@link #PREFIX_LENGTH} or all there are
   * @param fileSize length of the image in bytes, against which every table is checked
   * @throws Qcow2Exception for anything that is not a complete, consistent, readable image
   */
  public static Qcow2Header parse(ByteBuffer prefix, long fileSize) {
    return HeaderParser.parse(prefix, fileSize);
  }

  /** The first cluster of an image with this header, of which only version 3 is written. */
  ByteBuffer encode() {
    return HeaderWriter.write(this);
  }
}
