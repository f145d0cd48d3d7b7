// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.controller.config.SomeConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseTimesTest {
  @Test
  void shouldBeTheSettings() {
    // when
    var times = LeaseTimes.of(SomeConfig.with(Map.of()).leadership());

    // then
    assertThat(times)
        .isEqualTo(
            new LeaseTimes(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2)));
  }

  @ParameterizedTest
  @CsvSource({
    "10s, 10s, 2s",
    "15s, 10s, 6s",
    "15s, 10s, 0s",
    "500ms, 100ms, 10ms",
    "PT15.9S, PT15.5S, 2s"
  })
  void shouldRefuseTimesThatDoNotFit(String lease, String deadline, String retry) {
    // given
    var settings =
        SomeConfig.with(
                Map.of(
                    "leadership.lease-duration", lease,
                    "leadership.renew-deadline", deadline,
                    "leadership.retry-period", retry))
            .leadership();

    // then
    assertThatThrownBy(() -> LeaseTimes.of(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("virtmover.leadership");
  }
}
