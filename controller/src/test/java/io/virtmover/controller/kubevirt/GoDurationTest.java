// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.kubevirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT59S, 59s",
    "PT1M30S, 1m30s",
    "PT48H, 48h",
    "PT1000H0.5S, 1000h500000000ns",
    "PT2H3M4.000000005S, 2h3m4s5ns"
  })
  void aDuration_isWrittenToTheNanosecond(Duration duration, String text) {
    assertThat(GoDuration.text(duration)).isEqualTo(text);
  }
}
