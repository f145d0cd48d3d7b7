// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import java.nio.ByteBuffer;

/** A small object read whole: its bytes (from position to limit) and the version they belong to. */
public record StoredObject(ObjectStat stat, ByteBuffer content) {
  public StoredObject {
    content = content.asReadOnlyBuffer();
  }

  /** A view of the bytes with a position of its own. */
  @Override
  public ByteBuffer content() {
    return content.duplicate();
  }
}
