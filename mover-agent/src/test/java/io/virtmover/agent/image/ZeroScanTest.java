// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZeroScanTest {
  private static final int SIZE = (2 << 16) + 3;
  private static final int BEFORE = 5;

  @ParameterizedTest
  @CsvSource({"0", "1", "65535", "65536", "131071", "131074"})
  void oneByteThatIsNot_isFoundWhereverItLies(int place) {
    for (var buffer :
        new ByteBuffer[] {
          ByteBuffer.allocate(BEFORE + SIZE + 1), ByteBuffer.allocateDirect(BEFORE + SIZE + 1)
        }) {
      // given
      buffer.put(BEFORE - 1, (byte) 1).put(BEFORE + SIZE, (byte) 1);

      // then
      assertThat(ZeroScan.isZero(buffer, BEFORE, SIZE)).isTrue();
      assertThat(ZeroScan.isZero(buffer.put(BEFORE + place, (byte) 0x80), BEFORE, SIZE)).isFalse();
      assertThat(buffer.position()).isZero();
    }
  }
}
