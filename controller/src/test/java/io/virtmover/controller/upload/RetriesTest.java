// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.Keys;
import io.virtmover.domain.FullReason;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {
  static Stream<Retries> tries() {
    return Stream.of(
        Retries.NONE,
        Retries.NONE.again(),
        Retries.NONE.withMoreRoom(),
        Retries.NONE.asFull(FullReason.CHANGES_UNKNOWN).withMoreRoom());
  }

  @ParameterizedTest
  @MethodSource("tries")
  void theAnnotation_keepsThem(Retries retries) {
    assertThat(read(retries.text())).isEqualTo(retries);
  }

  @Test
  void withoutTheAnnotation_thereWereNone() {
    assertThat(Retries.of(SomeUpload.in("Accepted"))).isEqualTo(Retries.NONE);
    assertThat(read("")).isEqualTo(Retries.NONE);
  }

  @Test
  void eachTry_countsAndKeepsWhatTheOthersHaveFound() {
    // when
    var last = Retries.NONE.asFull(FullReason.CHANGES_UNKNOWN).withMoreRoom();

    // then
    assertThat(last).isEqualTo(new Retries(2, Optional.of(FullReason.CHANGES_UNKNOWN), 3));
    assertThat(last.isLast()).isTrue();
    assertThat(Retries.NONE.again().isLast()).isFalse();
  }

  @Test
  void moreRoom_isGivenOnce() {
    // when
    var larger = Retries.NONE.again().withMoreRoom();

    // then
    assertThat(Retries.NONE.again().hasMoreRoom()).isFalse();
    assertThat(larger.hasMoreRoom()).isTrue();
    assertThat(larger.claimFactor()).isEqualTo(3).isEqualTo(larger.withMoreRoom().claimFactor());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "often", "{}", "null", "[1]", "{\"count\": \"often\"}"})
  void whatIsWrittenByHand_leavesNoMoreTries(String text) {
    assertThat(read(text).isLast()).isTrue();
    assertThat(read(text).claimFactor()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"-1000000, 1", "0, 0", "1, -3", "1, 2000000000"})
  void numbersThatNobodyCounts_areBounded(int count, int claimFactor) {
    // when
    var retries = read("{\"count\": %d, \"claimFactor\": %d}".formatted(count, claimFactor));

    // then
    assertThat(retries.count()).isNotNegative();
    assertThat(retries.claimFactor()).isBetween(1, 3);
  }

  private static Retries read(String text) {
    return Retries.of(SomeUpload.annotated(SomeUpload.in("Accepted"), Keys.RETRIES, text));
  }
}
