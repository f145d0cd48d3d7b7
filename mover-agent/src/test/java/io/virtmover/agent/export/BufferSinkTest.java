// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sink for eight bytes. */
class BufferSinkTest {
  private static final int ROOM = 8;
  private static final Pattern LENGTHS = Pattern.compile(" ");

  private final ByteBuffer buffer = ByteBuffer.allocate(ROOM + 4).position(2).limit(2 + ROOM);
  private final BufferSink sink = new BufferSink(buffer);

  @ParameterizedTest
  @CsvSource({"8", "1 7", "0 3 0 5", "1 1 1 1 1 1 1 1"})
  void asManyBytesAsThereIsRoomFor_areAllRight(String pieces) {
    // when
    assertThat(take(pieces)).isTrue();

    // then
    assertThat(sink.trouble()).isEmpty();
    assertThat(buffer.flip().position(2)).isEqualTo(numbered(ROOM));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '8 bytes early, after 0'",
    "5, '3 bytes early, after 5'",
    "3 4, '1 bytes early, after 7'"
  })
  void fewerBytes_mayBeAPassingFault_andSayWhereTheyEnd(String pieces, String words) {
    // when
    assertThat(take(pieces)).isTrue();

    // then
    var trouble = sink.trouble().orElseThrow();
    assertThat(trouble.passing()).isEqualTo(Trouble.Passing.ODD);
    assertThat(trouble.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE);
    assertThat(trouble.what()).contains(words);
  }

  @ParameterizedTest
  @CsvSource({"9, 0", "8 1, 8", "5 4, 5"})
  void aPieceTooMany_isNotTakenAndNeverForgiven(String pieces, int taken) {
    // when
    assertThat(take(pieces)).isFalse();

    // then
    var trouble = sink.trouble().orElseThrow();
    assertThat(trouble.passing()).isEqualTo(Trouble.Passing.NEVER);
    assertThat(trouble.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE);
    assertThat(buffer.position()).isEqualTo(2 + taken);
  }

  @Test
  void whereNothingIsAskedFor_nothingIsMissing() {
    assertThat(new BufferSink(ByteBuffer.allocate(0)).trouble()).isEmpty();
  }

  /** Hands on pieces of these lengths until one is refused. */
  private boolean take(String lengths) {
    var bytes = numbered(2 * ROOM);
    for (var length : LENGTHS.splitAsStream(lengths).filter(not(String::isEmpty)).toList()) {
      var piece = bytes.slice(bytes.position(), Integer.parseInt(length));
      bytes.position(bytes.position() + piece.remaining());
      if (!sink.take(piece)) {
        return false;
      }
    }
    return true;
  }

  private static ByteBuffer numbered(int length) {
    var bytes = ByteBuffer.allocate(length);
    IntStream.range(0, length).forEach(i -> bytes.put((byte) (i + 1)));
    return bytes.flip();
  }
}
