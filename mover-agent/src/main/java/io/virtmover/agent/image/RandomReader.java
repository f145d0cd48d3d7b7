// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import java.nio.ByteBuffer;

/**
 * Bytes of fixed length that can be read anywhere: a file, or an object in a store. Thread-safe.
 */
public interface RandomReader extends AutoCloseable {
  /** What messages call it: a path or an object key. */
  String name();

  /** Length in bytes. */
  long size();

  /**
   * Fills {@code into} from {@code offset} on.
   *
   * @throws io.virtmover.failure.VirtMoverException if not all the bytes can be read
   */
  void read(long offset, ByteBuffer into);

  @Override
  default void close() {}
}
