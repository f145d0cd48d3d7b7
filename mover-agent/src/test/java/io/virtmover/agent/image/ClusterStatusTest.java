// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The codes stand in the bucket: they never change. */
class ClusterStatusTest {
  @ParameterizedTest
  @CsvSource({"0, HOLE", "1, ZERO", "2, DATA"})
  void aCode_standsForOneStatus(int code, ClusterStatus status) {
    assertThat(ClusterStatus.isCode(code)).isTrue();
    assertThat(ClusterStatus.ofCode(code)).isEqualTo(status);
    assertThat(status.code()).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, Integer.MAX_VALUE})
  void anyOtherNumber_standsForNone(int code) {
    assertThat(ClusterStatus.isCode(code)).isFalse();
    assertThatThrownBy(() -> ClusterStatus.ofCode(code))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
