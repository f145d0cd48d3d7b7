// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondsTest {
  @ParameterizedTest
  @CsvSource({"0, 0.0 s", "49, 0.0 s", "1250, 1.3 s", "9999, 10.0 s", "10000, 10 s", "90999, 90 s"})
  void shortOnes_haveATenth(long millis, String words) {
    assertThat(Seconds.of(Duration.ofMillis(millis))).isEqualTo(words);
  }
}
