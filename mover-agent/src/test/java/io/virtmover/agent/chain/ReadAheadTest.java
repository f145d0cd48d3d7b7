// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.RandomReader;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static final int SIZE = 20_000;
  private static final int MEMORY = 2048;

  /** Counts what is asked of it. */
  private static final class Counting implements RandomReader {
    private final ByteBuffer bytes = ByteBuffer.allocate(SIZE);
    private int requests;

    Counting(Random random) {
      random.nextBytes(bytes.array());
    }

    @Override
    public String name() {
      return "bytes";
    }

    @Override
    public long size() {
      return SIZE;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
      requests++;
      into.put(bytes.slice((int) offset, into.remaining()));
    }
  }

  @Test
  void whateverIsRead_isWhatIsThere() {
    // given
    var seed = System.nanoTime();
    var random = new Random(seed);
    var below = new Counting(random);
    var ahead = new ReadAhead(below, MEMORY);

    for (var i = 0; i < 10_000; i++) {
      // when
      var length = random.nextInt(3) == 0 ? random.nextInt(3000) : random.nextInt(100);
      var offset = random.nextInt(SIZE - length);
      var into = ByteBuffer.allocate(length);
      ahead.read(offset, into);

      // then
      assertThat(into.flip()).as("seed %d", seed).isEqualTo(below.bytes.slice(offset, length));
    }
  }

  @Test
  void twoPlacesReadInTurn_costARequestPerPiece() {
    // given
    var below = new Counting(new Random(1));
    var ahead = new ReadAhead(below, MEMORY);

    // when
    for (var at = 0; at < 8 * MEMORY / 2; at += 16) {
      ahead.read(at, ByteBuffer.allocate(16));
      ahead.read(SIZE - 512, ByteBuffer.allocate(64));
    }

    // then
    assertThat(below.requests).isEqualTo(8 + 1);
  }
}
