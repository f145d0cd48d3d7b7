// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The disk's first bytes, kept in memory until everything else is durable. Thread-safe. */
final class HeldHead {
  static final int LENGTH = 64 << 10;

  /** Where the head goes in the end. */
  interface Medium {
    void put(long offset, ByteBuffer bytes) throws IOException;

    /** Makes durable what has been put. */
    void force() throws IOException;
  }

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

  /**
   * Puts the head in its place, when all else is durable. What takes the place of the note goes
   * last and is one page, so whatever a crash leaves of these writes, the disk has its note or is
   * whole.
   */
  synchronized void writeTo(Medium medium) throws IOException {
    var note = Math.min(UnfinishedNote.LENGTH, kept.capacity());
    if (note < kept.capacity()) {
      medium.put(note, kept.slice(note, kept.capacity() - note));
      medium.force();
    }
    medium.put(0, kept.slice(0, note));
    medium.force();
  }
}
