// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredUnitTest {
  private final Layer layer = new StoredImages().drawn("i", "d", 9, false);

  /** Of a unit with guest bytes 1000 to 1511. */
  @ParameterizedTest
  @CsvSource({"2000, 512", "1512, 512", "1511, 511", "1001, 1", "1000, 0", "0, 0"})
  void whatANewerImageHides_isCutOffItsGuestBytesOnly(long end, int length) {
    // given
    var unit = unit(512, 4096);

    // when
    var cut = unit.endingAt(end);

    // then
    assertThat(cut)
        .isEqualTo(
            new StoredUnit(layer, 1000, length, 70_000, 4096, OptionalInt.of(7), Optional.empty()));
  }

  @Test
  void itsEnds_followFromItsBeginnings() {
    assertThat(unit(512, 4096).guestEnd()).isEqualTo(1512);
    assertThat(unit(512, 4096).objectEnd()).isEqualTo(74_096);
  }

  @Test
  void oneWithoutBytesInTheObject_isZero() {
    assertThat(unit(512, 0).isZero()).isTrue();
    assertThat(unit(512, 1).isZero()).isFalse();
  }

  private StoredUnit unit(int guestLength, int objectLength) {
    return new StoredUnit(
        layer, 1000, guestLength, 70_000, objectLength, OptionalInt.of(7), Optional.empty());
  }
}
