// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed of an answer to a question for bytes 100 to 199; extents are written o+l. */
class MapCoverageTest {
  private final List<String> taken = new ArrayList<>();
  private final MapCoverage coverage =
      new MapCoverage(
          "https://host/d",
          100,
          200,
          (offset, length, type, description) -> {
            assertThat(type).isEqualTo(3);
            assertThat(description).isEqualTo("words");
            taken.add(offset + "+" + length);
          });

  @ParameterizedTest
  @CsvSource({
    "100+100, 100+100, 200",
    "100+1 101+99, 100+1 101+99, 200",
    "100+50, 100+50, 150",
    "100+50 160+40, 100+50, 150",
    "100+50 160+10 170+20, 100+50, 150",
    "100+50 160+1000, 100+50, 150",
    "120+10, '', 100",
    "'', '', 100"
  })
  void extentsAreHandedOn_upToTheFirstGap(String extents, String believed, long end) {
    // when
    add(extents);

    // then
    assertThat(String.join(" ", taken)).isEqualTo(believed);
    assertThat(coverage.end()).isEqualTo(end);
    assertThat(coverage.isEmpty()).isEqualTo(end == 100);
  }

  @ParameterizedTest
  @CsvSource({
    "100+0, 'an extent of 0 bytes at byte 100'",
    "100+-5, 'an extent of -5 bytes at byte 100'",
    "-1+5, 'an extent of 5 bytes at byte -1'",
    "100+9223372036854775800, 'an extent of 9223372036854775800 bytes at byte 100'",
    "9223372036854775800+8, 'an extent of 8 bytes at byte 9223372036854775800'",
    "99+1, 'the extent at byte 99 overlaps'",
    "100+50 149+1, 'the extent at byte 149 overlaps'",
    "100+50 100+50, 'the extent at byte 100 overlaps'",
    "100+50 160+10 120+5, 'the extent at byte 120 overlaps'",
    "100+50 160+10 170+0, 'an extent of 0 bytes at byte 170'",
    "100+101, 'the extent at byte 100 ends at byte 201, beyond the 200 asked for'",
    "100+50 150+51, 'the extent at byte 150 ends at byte 201'"
  })
  void extentsThatContradictEachOther_areRefused(String extents, String words) {
    assertThatThrownBy(() -> add(extents))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_SOURCE))
        .hasMessageContaining("The map of https://host/d cannot be used")
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @ValueSource(longs = {101, 150, 200, 1000})
  void theNextPage_mayBeginAnywhereAhead(long next) {
    assertThatCode(() -> coverage.goesOnAt(next)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 99, 0, -1})
  void aNextPageThatDoesNotLeadOn_isRefused(long next) {
    assertThatThrownBy(() -> coverage.goesOnAt(next))
        .hasMessageContaining("it goes on at byte %d, before byte 100", next);
  }

  private void add(String extents) {
    for (var extent : extents.split(" ", -1)) {
      if (!extent.isEmpty()) {
        var plus = extent.indexOf('+');
        coverage.add(
            Long.parseLong(extent.substring(0, plus)),
            Long.parseLong(extent.substring(plus + 1)),
            3,
            "words");
      }
    }
  }
}
