// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class L2EntryTest {
  private static final long COMPRESSED = 1L << 62;

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0000000000000000, HOLE,       0,                 false, false
          8000000000000000, HOLE,       0,                 false, false
          0000000000000001, ZERO,       0,                 true,  false
          8000000000010001, ZERO,       65536,             true,  false
          8000000000010000, DATA,       65536,             false, false
          0000000000000200, DATA,       512,               false, false
          80fffffffffffe00, DATA,       72057594037927424, false, false
          8000000000010002, DATA,       65536,             true,  true
          8000000000010100, DATA,       65536,             true,  true
          a000000000010000, DATA,       65536,             true,  true
          8100000000010000, DATA,       65536,             true,  true
          0000000000000002, HOLE,       0,                 true,  true
          4000000000010000, COMPRESSED, 0,                 false, false
          4000000000010001, COMPRESSED, 0,                 false, false
          7fffffffffffffff, COMPRESSED, 0,                 false, false
          """)
  void anEntry_isReadByItsKind(
      String raw, L2Entry.Kind kind, long hostOffset, boolean reserved2, boolean reserved3) {
    // given
    var entry = new L2Entry(Long.parseUnsignedLong(raw, 16));

    // then
    assertThat(entry.kind()).isEqualTo(kind);
    assertThat(entry.hostOffset()).isEqualTo(hostOffset);
    assertThat(entry.hasReservedBits(2)).isEqualTo(reserved2);
    assertThat(entry.hasReservedBits(3)).isEqualTo(reserved3);
  }

  /** As the format has it: sectors beyond the first in front of the offset, border by cluster. */
  @Property(tries = 300)
  void aCompressedEntry_tellsOffsetAndLength(
      @ForAll @IntRange(min = 9, max = 21) int clusterBits,
      @ForAll @LongRange(min = 0, max = (1L << 48) - 1) long offset,
      @ForAll @IntRange(min = 0, max = 4095) int more) {
    // given
    var border = 62 - (clusterBits - 8);
    var sectors = more % (1 << (clusterBits - 8));
    var entry = new L2Entry(COMPRESSED | ((long) sectors << border) | offset);

    // then
    var end = (offset / 512 + 1 + sectors) * 512;
    assertThat(entry.kind()).isEqualTo(L2Entry.Kind.COMPRESSED);
    assertThat(entry.compressedOffset(clusterBits)).isEqualTo(offset);
    assertThat(entry.compressedLength(clusterBits)).isEqualTo((int) (end - offset));
  }

  @Property(tries = 100)
  void anEntryForData_pointsThere(@ForAll @LongRange(min = 1, max = (1L << 47) - 1) long sector) {
    // when
    var entry = L2Entry.data(sector * 512);

    // then
    assertThat(entry.kind()).isEqualTo(L2Entry.Kind.DATA);
    assertThat(entry.hostOffset()).isEqualTo(sector * 512);
    assertThat(entry.hasReservedBits(2)).isFalse();
    assertThat(entry.raw()).as("copied").isNegative();
  }

  @Example
  void anEntryForZeros_keepsNoCluster() {
    assertThat(L2Entry.zero().kind()).isEqualTo(L2Entry.Kind.ZERO);
    assertThat(L2Entry.zero().hostOffset()).isZero();
    assertThat(L2Entry.zero().hasReservedBits(3)).isFalse();
  }
}
