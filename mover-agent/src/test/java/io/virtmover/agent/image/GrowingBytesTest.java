// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrowingBytesTest {
  private static final int RECORD = 32;

  private final List<Integer> askedFor = new ArrayList<>();
  private final GrowingBytes bytes = new GrowingBytes(this::chunk);

  private ByteBuffer chunk(int length) {
    askedFor.add(length);
    return ByteBuffer.allocate(length);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 65536", "65536, 65536", "65537, 131072", "17179869184, 17179869184"})
  void memory_isWholeChunks(long size, long memory) {
    assertThat(GrowingBytes.memory(size)).isEqualTo(memory);
  }

  @Test
  void memory_isAskedForWhenItIsNeeded() {
    // given
    assertThat(askedFor).isEmpty();

    // when
    for (var i = 0; i < GrowingBytes.CHUNK; i++) {
      bytes.put(i);
    }
    var asked = List.copyOf(askedFor);
    bytes.put(1);

    // then
    assertThat(asked).containsExactly(GrowingBytes.CHUNK);
    assertThat(askedFor).containsExactly(GrowingBytes.CHUNK, GrowingBytes.CHUNK);
    assertThat(GrowingBytes.memory(bytes.size())).isEqualTo(2L * GrowingBytes.CHUNK);
  }

  @Test
  void bytes_areFoundAgainBeyondTheFirstChunk() {
    // given
    var count = 2 * GrowingBytes.CHUNK + 5;

    // when
    for (var i = 0; i < count; i++) {
      bytes.put(i % 251);
    }

    // then
    assertThat(bytes.size()).isEqualTo(count);
    for (var i = 0; i < count; i++) {
      assertThat(Byte.toUnsignedInt((byte) bytes.get(i))).isEqualTo(i % 251);
    }
    assertThat(pieces()).hasSize(3);
    assertThat(pieces().getLast()).isEqualTo(5);
  }

  @Test
  void records_areBigEndianAndLieInOnePiece() {
    // given
    var count = GrowingBytes.CHUNK / RECORD + 3;

    // when
    for (var i = 0; i < count; i++) {
      bytes.putRecord(RECORD).putLong(i).putLong(24, ~i);
    }

    // then
    for (var i = 0; i < count; i++) {
      var record = bytes.record((long) i * RECORD, RECORD);
      assertThat(record.remaining()).isEqualTo(RECORD);
      assertThat(record.getLong(0)).isEqualTo(i);
      assertThat(record.getLong(24)).isEqualTo(~i);
    }
    assertThat(bytes.get(RECORD + 7)).isEqualTo(1);
    assertThat(pieces()).containsExactly(GrowingBytes.CHUNK, 3 * RECORD);
  }

  private List<Integer> pieces() {
    var lengths = new ArrayList<Integer>();
    bytes.forEachPiece(piece -> lengths.add(piece.remaining()));
    return lengths;
  }
}
