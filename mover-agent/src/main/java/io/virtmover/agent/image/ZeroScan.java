// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Tells whether memory is all zero, at memory speed. */
public final class ZeroScan {
  private static final int PIECE = 64 << 10;
  private static final MemorySegment ZEROS = MemorySegment.ofArray(new byte[PIECE]).asReadOnly();

  private ZeroScan() {}

  /** Whether the {@code length} bytes at {@code index} of the buffer are all zero. */
  public static boolean isZero(ByteBuffer buffer, int index, int length) {
    var memory = MemorySegment.ofBuffer(buffer.duplicate().clear());
    for (var at = 0; at < length; at += PIECE) {
      var size = Math.min(PIECE, length - at);
      var from = index + (long) at;
      if (MemorySegment.mismatch(memory, from, from + size, ZEROS, 0, size) >= 0) {
        return false;
      }
    }
    return true;
  }
}
