// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Takes the body of a good answer while it arrives, so that no answer is ever held whole. */
interface Sink {
  /**
   * Takes a piece.
   *
   * @return false if nothing more is wanted, because the body is wrong
   */
  boolean take(ByteBuffer piece);

  /** What is wrong with the body, once it has ended or was not wanted any more. */
  Optional<Trouble> trouble();
}
