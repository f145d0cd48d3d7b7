// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of several buffers, separated by slashes. */
class BufferBodyTest {
  @ParameterizedTest
  @CsvSource({"abc", "a/bc", "/abc", "abc/", "a//b//c", "''", "/"})
  void everyWayToRead_givesTheSameBytes(String buffers) throws IOException {
    // given
    var text = buffers.replace("/", "");
    var body = body(buffers);

    // then
    assertThat(body.length()).isEqualTo(text.length());
    assertThat(body.open().readAllBytes()).asString().isEqualTo(text);
    assertThat(byOne(body)).isEqualTo(text);
    var out = new ByteArrayOutputStream();
    assertThat(body.open().transferTo(out)).isEqualTo(text.length());
    assertThat(out).hasToString(text);
  }

  private static String byOne(BufferBody body) throws IOException {
    var text = new StringBuilder();
    try (var in = body.open()) {
      for (var read = in.read(); read >= 0; read = in.read()) {
        text.append((char) read);
      }
      assertThat(in.read()).as("at the end").isEqualTo(-1);
      assertThat(in.read(new byte[1], 0, 1)).as("at the end").isEqualTo(-1);
      assertThat(in.read(new byte[1], 0, 0)).as("nothing wanted").isZero();
      assertThat(in.available()).isZero();
    }
    return text.toString();
  }

  @Test
  void itCanBeReadAgain_whateverTheCallerDoesWithItsBuffers() throws IOException {
    // given
    var buffer = ByteBuffer.wrap("xabcx".getBytes(StandardCharsets.US_ASCII), 1, 3);
    var body = new BufferBody(List.of(buffer));

    // when
    buffer.position(buffer.limit());

    // then
    for (var time = 1; time <= 2; time++) {
      assertThat(body.open().readAllBytes()).asString().isEqualTo("abc");
      assertThat(body.length()).isEqualTo(3);
    }
  }

  @Test
  void bytesAbove127_areNotTakenForTheEnd() throws IOException {
    assertThat(new BufferBody(List.of(ByteBuffer.wrap(new byte[] {-1}))).open().read())
        .isEqualTo(255);
  }

  @Test
  void itsChecksum_isThatOfItsBytes() {
    // given
    var bytes = new byte[200_000];
    new Random(4).nextBytes(bytes);
    var whole = new CRC32C();
    whole.update(bytes);

    // when
    var crc = new CRC32C();
    var body =
        new BufferBody(
            List.of(
                ByteBuffer.wrap(bytes, 0, 70_000),
                ByteBuffer.allocateDirect(130_000).put(bytes, 70_000, 130_000).flip()));
    body.addTo(crc);
    body.addTo(new CRC32C());

    // then
    assertThat(crc.getValue()).isEqualTo(whole.getValue());
  }

  private static BufferBody body(String buffers) {
    return new BufferBody(
        Arrays.stream(buffers.split("/", -1))
            .map(text -> ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)))
            .toList());
  }
}
