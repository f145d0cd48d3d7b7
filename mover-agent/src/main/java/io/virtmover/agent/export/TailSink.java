// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Counts what is left of a disk from an offset on: at least a byte, no more than was asked for.
 * Bytes that a broken answer brought are no count.
 */
final class TailSink implements Sink {
  private final long most;
  private long count;

  /**
   * @param most bytes that were asked for
   */
  TailSink(long most) {
    this.most = most;
  }

  /** Bytes of the answer; as many as the disk has only if nothing is wrong with it. */
  long count() {
    return count;
  }

  @Override
  public boolean take(ByteBuffer piece) {
    count += piece.remaining();
    return count <= most;
  }

  @Override
  public Optional<Trouble> trouble() {
    if (count > most) {
      return Optional.of(BufferSink.tooMany());
    }
    return count == 0
        ? Optional.of(MapPage.odd("it ended its answer cleanly without a byte"))
        : Optional.empty();
  }
}
