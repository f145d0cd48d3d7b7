// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumAlgorithmTest {
  @ParameterizedTest
  @CsvSource({"'', NONE", "CRC32, CRC32", "CRC32C, CRC32C", "SHA1, SHA1", "SHA256, SHA256"})
  void shouldReadTheConfigurationsWord(String word, ChecksumAlgorithm algorithm) {
    assertThat(ChecksumAlgorithm.parse(word)).isEqualTo(algorithm);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NONE", "crc32", "MD5", " "})
  void shouldRefuseAnyOther(String word) {
    assertThatThrownBy(() -> ChecksumAlgorithm.parse(word))
        .hasMessage(
            "checksumAlgorithm '%s' is not known: use CRC32, CRC32C, SHA1, SHA256 or \"\" for none."
                .formatted(word));
  }
}
