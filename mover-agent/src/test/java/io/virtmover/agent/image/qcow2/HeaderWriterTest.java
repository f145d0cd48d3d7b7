// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.Geometry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Byte by byte, as qcow2.txt has it. */
class HeaderWriterTest {
  private static final long MIB = 1 << 20;
  private static final String FIELDS_OF_A_FULL =
      """
      514649fb 00000003 0000000000000000 00000000 00000010
      0000000000100000 00000000 00000001 0000000000030000
      0000000000010000 00000002 00000000 0000000000000000
      0000000000000000 0000000000000000 0000000000000000
      00000004 00000070 0000000000000000
      """;

  @Test
  void aFull_hasItsFieldsAndNoExtension() {
    // when
    var bytes = header(3, Compression.ZLIB, Optional.empty()).encode();

    // then
    assertThat(hex(bytes, 0, 112)).isEqualTo(FIELDS_OF_A_FULL.replaceAll("\\s", ""));
    assertThat(bytes.remaining()).isEqualTo(64 << 10);
    while (bytes.position() < bytes.limit() - 112) {
      assertThat(bytes.get(112 + bytes.position())).isZero();
      bytes.get();
    }
  }

  @Test
  void anIncrement_hasTheFormatAndTheNameOfWhatIsBelow() {
    // given
    var name = "unten-\u00fc.qcow2";

    // when
    var bytes = header(3, Compression.ZLIB, Optional.of(name)).encode();

    // then: the extension "qcow2", filled up to eight bytes, the end of them, the name
    assertThat(hex(bytes, 112, 24))
        .isEqualTo("e2792aca" + "00000005" + "71636f7732000000" + "0000000000000000");
    assertThat(bytes.getLong(HeaderField.BACKING_NAME_OFFSET)).isEqualTo(136);
    assertThat(bytes.getInt(HeaderField.BACKING_NAME_LENGTH)).isEqualTo(14);
    var stored = new byte[14];
    bytes.get(136, stored);
    assertThat(new String(stored, StandardCharsets.UTF_8)).isEqualTo(name);
    assertThat(bytes.get(150)).isZero();
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void whatNobodyWrites_isNotEncoded(Compression compression) {
    // given
    var header = header(compression == Compression.ZLIB ? 2 : 3, compression, Optional.empty());

    // then
    assertThatThrownBy(header::encode).isInstanceOf(IllegalArgumentException.class);
  }

  private static Qcow2Header header(
      int version, Compression compression, Optional<String> backingFile) {
    return new Qcow2Header(
        version, new Geometry(MIB, 16), compression, backingFile, 1, 3 << 16, 1 << 16, 2, 4);
  }

  private static String hex(ByteBuffer bytes, int at, int length) {
    var copy = new byte[length];
    bytes.get(at, copy);
    return HexFormat.of().formatHex(copy);
  }
}
