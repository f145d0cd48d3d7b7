// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoDurationTest {
  @ParameterizedTest
  @CsvSource({
    "2h, PT2H, 2h0m0s",
    "15s, PT15S, 15s",
    "-5m, PT-5M, -5m0s",
    "1h59m58.647876327s, PT1H59M58.647876327S, 1h59m58.647876327s",
    "0, PT0S, 0s",
    "1.5ms, PT0.0015S, 1.5ms",
    "90m, PT1H30M, 1h30m0s",
    "3ns, PT0.000000003S, 3ns"
  })
  void shouldReadAndWriteAsGoDoes(String text, Duration duration, String written) {
    assertThat(GoDuration.parse(text)).isEqualTo(duration);
    assertThat(GoDuration.format(duration)).isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 hours | time: unknown unit \" hours\" in duration \"2 hours\"",
        "12 | time: missing unit in duration \"12\"",
        "soon | time: invalid duration \"soon\"",
        ".s | time: invalid duration \".s\"",
        "- | time: invalid duration \"-\""
      })
  void shouldRefuseInGosWords(String text, String message) {
    assertThatThrownBy(() -> GoDuration.parse(text)).hasMessage(message);
  }
}
