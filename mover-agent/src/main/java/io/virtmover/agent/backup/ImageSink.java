// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Where an image's bytes go, in order: into a new object, or against one that is there. */
interface ImageSink extends AutoCloseable {
  /** Takes the next bytes; they are only valid during the call. */
  void write(ByteBuffer bytes);

  /**
   * Ends the image.
   *
   * @param head what belongs over the image's first bytes
   * @return the entity tag of the object that now holds exactly these bytes; empty if another run
   *     made its own visible first
   */
  Optional<String> finish(ByteBuffer head);

  /** Bytes that were in the bucket already. */
  long reusedBytes();

  /** Frees what {@link #finish} has not made visible. */
  @Override
  void close();
}
