// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import java.nio.ByteBuffer;

/**
 * The disk a restore writes to. Until {@link #finish} it is plainly unfinished: its first bytes
 * hold a note instead of the disk's. Writes may come from several threads, for different bytes.
 */
interface Target extends AutoCloseable {
  /** What messages call it. */
  String name();

  /**
   * Guest offset up to which an interrupted restore of the same disk has come; 0 if there is none.
   */
  long resumeFrom();

  /** Puts bytes at a guest offset. */
  void write(long guestOffset, ByteBuffer bytes);

  /** Makes bytes read as zeros. */
  void zero(long guestOffset, long length);

  /** Makes everything below {@code guestOffset} durable and remembers that it is done. */
  void mark(long guestOffset);

  /** Makes everything durable and the disk whole. */
  void finish();

  @Override
  void close();
}
