// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1, 1 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "1048524, 1023.9 KiB",
    "1048525, 1.0 MiB",
    "1048575, 1.0 MiB",
    "1048576, 1.0 MiB",
    "1073689395, 1023.9 MiB",
    "1073689396, 1.0 GiB",
    "1073741824, 1.0 GiB",
    "1099511627776, 1.0 TiB",
    "1125899906842624, 1024.0 TiB",
    "9223372036854775807, 8388608.0 TiB"
  })
  void bytes_areToldInTheLargestUnitThatIsWhole(long bytes, String text) {
    assertThat(Sizes.of(bytes)).isEqualTo(text);
  }
}
