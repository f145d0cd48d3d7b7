// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import io.virtmover.objectstore.ObjectStore;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * An object in a store, read by range.
 *
 * @param name the object's key
 * @param etag the version every read must see; empty where none was recorded
 */
public record ObjectReader(ObjectStore store, String name, long size, Optional<String> etag)
    implements RandomReader {
  @Override
  public void read(long offset, ByteBuffer into) {
    store.getRange(name, offset, into, etag);
  }
}
