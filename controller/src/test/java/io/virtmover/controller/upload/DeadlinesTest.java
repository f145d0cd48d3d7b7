// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.config.SomeConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadlinesTest {
  @ParameterizedTest
  @CsvSource({"0, 20", "1, 30", "19, 210"})
  void aWait_isUsualForLongerTheMoreRunsBesides(int others, int seconds) {
    assertThat(Deadlines.of(SomeConfig.with(Map.of()).timeouts(), others).patience())
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void aWait_isToldBeforeItsDeadlineEndsIt() {
    var timeouts = SomeConfig.with(Map.of("timeouts.prepare", "3m")).timeouts();
    assertThat(Deadlines.of(timeouts, 19).patience()).isEqualTo(Duration.ofSeconds(90));
  }
}
