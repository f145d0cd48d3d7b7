// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import java.nio.ByteBuffer;

/** Bytes in memory, read like a file. */
public record BufferReader(String name, ByteBuffer bytes) implements RandomReader {
  @Override
  public long size() {
    return bytes.remaining();
  }

  @Override
  public void read(long offset, ByteBuffer into) {
    into.put(bytes.slice(bytes.position() + Math.toIntExact(offset), into.remaining()));
  }
}
