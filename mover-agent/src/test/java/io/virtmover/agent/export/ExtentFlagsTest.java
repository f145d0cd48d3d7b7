// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtentFlagsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          full      | 0 | data       | true  | false
          full      | 1 | hole       | true  | false
          full      | 2 | zero       | true  | true
          full      | 3 | hole,zero  | true  | true
          full      | 8 | unknown    | true  | false
          increment | 0 | clean      | false | false
          increment | 1 | dirty      | true  | false
          increment | 2 | zero       | false | true
          increment | 3 | dirty,zero | true  | true
          increment | 4 | unknown    | true  | false
          """)
  void everyTypeOfKubeVirts_isRead(
      String type, long bits, String description, boolean changed, boolean zero) {
    assertThat(ExtentFlags.of("d", type.equals("increment"), 0, bits, description))
        .isEqualTo(new ExtentFlags(changed, zero));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          full      | 0  | clean      | INVALID_REQUEST
          full      | 1  | dirty      | INVALID_REQUEST
          full      | 3  | dirty,zero | INVALID_REQUEST
          increment | 0  | data       | INVALID_REQUEST
          increment | 1  | hole       | INVALID_REQUEST
          increment | 3  | hole,zero  | INVALID_REQUEST
          full      | 4  | data       | CORRUPT_SOURCE
          increment | -1 | dirty      | CORRUPT_SOURCE
          increment | 9  | dirty      | CORRUPT_SOURCE
          increment | 0  | ''         | CORRUPT_SOURCE
          increment | 0  | unchanged  | CORRUPT_SOURCE
          """)
  void everyOtherType_isRefused(String type, long bits, String description, FailureKind kind) {
    assertThatThrownBy(() -> ExtentFlags.of("d", type.equals("increment"), 0, bits, description))
        .isInstanceOfSatisfying(
            VirtMoverException.class, failure -> assertThat(failure.kind()).isEqualTo(kind));
  }
}
