// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final int CONNECTIONS = 48;

  @Test
  void shouldLeaveRoomForASlowLine() {
    // given
    var bytesPerSecond = 5_000_000 / 8;
    var patience = Patience.DEFAULT;

    // then
    assertThat(bytesPerSecond * patience.window().toSeconds() / CONNECTIONS)
        .as("what each of the connections gets in a window")
        .isGreaterThanOrEqualTo(3 * patience.leastBytes());
  }

  @Test
  void shouldHaveLimitsThatCanBeMet() {
    var patience = Patience.DEFAULT;
    assertThat(patience.window()).isGreaterThanOrEqualTo(patience.idle());
    assertThat(patience.assembly()).isGreaterThan(patience.idle());
    assertThat(patience.deadline()).isGreaterThan(patience.assembly());
  }
}
