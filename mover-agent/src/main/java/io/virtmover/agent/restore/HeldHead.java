// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import java.nio.ByteBuffer;

/** The disk's first bytes, kept in memory until everything else is durable. Thread-safe. */
final class HeldHead {
  static final int LENGTH = 64 << 10;

  private final ByteBuffer kept;

  HeldHead(long diskSize) {
    this.kept = ByteBuffer.allocate((int) Math.min(LENGTH, diskSize));
  }

  /**
   * Keeps what of {@code bytes} belongs to the head and moves their position behind it.
   *
   * @return guest offset of what remains
   */
  synchronized long keep(long guestOffset, ByteBuffer bytes) {
    if (guestOffset >= kept.capacity()) {
      return guestOffset;
    }
    var count = (int) Math.min(bytes.remaining(), kept.capacity() - guestOffset);
    kept.put((int) guestOffset, bytes, bytes.position(), count);
    bytes.position(bytes.position() + count);
    return guestOffset + count;
  }

  /** Keeps zeros; returns the guest offset of what remains. */
  synchronized long keepZero(long guestOffset, long length) {
    if (guestOffset >= kept.capacity()) {
      return guestOffset;
    }
    var count = (int) Math.min(length, kept.capacity() - guestOffset);
    kept.put((int) guestOffset, new byte[count]);
    return guestOffset + count;
  }

  synchronized ByteBuffer bytes() {
    return kept.duplicate().clear();
  }
}
