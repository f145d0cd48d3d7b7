// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class L1EntryTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0000000000000000, 0,                 true,  false
          8000000000000000, 0,                 true,  false
          8000000000010000, 65536,             false, false
          0000000000010000, 65536,             false, false
          0000000000000200, 512,               false, false
          80fffffffffffe00, 72057594037927424, false, false
          8000000000010001, 65536,             false, true
          8000000000010100, 65536,             false, true
          c000000000010000, 65536,             false, true
          8100000000010000, 65536,             false, true
          0000000000000001, 0,                 true,  true
          """)
  void anEntry_isReadByItsBits(String raw, long l2Offset, boolean isHole, boolean reserved) {
    // given
    var entry = new L1Entry(Long.parseUnsignedLong(raw, 16));

    // then
    assertThat(entry.l2Offset()).isEqualTo(l2Offset);
    assertThat(entry.isHole()).isEqualTo(isHole);
    assertThat(entry.hasReservedBits()).isEqualTo(reserved);
  }

  @Property(tries = 100)
  void anEntryToATable_pointsThere(@ForAll @LongRange(min = 0, max = (1L << 47) - 1) long sector) {
    // when
    var entry = L1Entry.to(sector * 512);

    // then
    assertThat(entry.l2Offset()).isEqualTo(sector * 512);
    assertThat(entry.isHole()).isEqualTo(sector == 0);
    assertThat(entry.hasReservedBits()).isFalse();
    assertThat(entry.raw() < 0).as("copied").isEqualTo(sector != 0);
  }
}
