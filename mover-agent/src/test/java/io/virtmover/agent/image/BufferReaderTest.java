// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BufferReaderTest {
  @Test
  void whatLiesBeforeThePosition_isNotRead() {
    // given
    var reader = new BufferReader("x", ByteBuffer.wrap(new byte[] {9, 9, 1, 2, 3, 4}).position(2));
    var into = ByteBuffer.allocate(2);

    // when
    reader.read(1, into);

    // then
    assertThat(reader.size()).isEqualTo(4);
    assertThat(into.array()).containsExactly(2, 3);
    assertThat(into.hasRemaining()).isFalse();
    assertThat(reader.bytes().position()).isEqualTo(2);
  }
}
