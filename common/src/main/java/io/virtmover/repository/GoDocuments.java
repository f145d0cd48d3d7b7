// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.StoredObject;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;

/** A document that was just written, as reading it would give it. */
final class GoDocuments {
  private GoDocuments() {}

  static StoredObject stored(String key, ObjectNode json) {
    var bytes = ByteBuffer.wrap(GoJson.write(json));
    return new StoredObject(
        new ObjectStat(key, bytes.remaining(), "", Instant.EPOCH, Map.of()), bytes);
  }
}
