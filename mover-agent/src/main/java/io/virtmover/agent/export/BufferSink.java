// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.FailureKind;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Receives a disk's bytes into a buffer: exactly as many as it has room for. */
final class BufferSink implements Sink {
  private final ByteBuffer into;
  private final int wanted;
  private boolean isTooMuch;

  BufferSink(ByteBuffer into) {
    this.into = into;
    this.wanted = into.remaining();
  }

  @Override
  public boolean take(ByteBuffer piece) {
    isTooMuch = piece.remaining() > into.remaining();
    if (!isTooMuch) {
      into.put(piece);
    }
    return !isTooMuch;
  }

  @Override
  public Optional<Trouble> trouble() {
    if (isTooMuch) {
      return Optional.of(tooMany());
    }
    if (into.hasRemaining()) {
      return Optional.of(
          new Trouble(
              Trouble.Passing.ODD,
              FailureKind.CORRUPT_SOURCE,
              "it ended its answer cleanly %d bytes early, after %d"
                  .formatted(into.remaining(), wanted - into.remaining()),
              "The disk is smaller than its stated size, or the exporter is broken."));
    }
    return Optional.empty();
  }

  static Trouble tooMany() {
    return new Trouble(
        Trouble.Passing.NEVER,
        FailureKind.CORRUPT_SOURCE,
        "it sent more bytes than asked for",
        "The exporter cannot be trusted; nothing was published.");
  }
}
