// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FullReasonTest {
  @ParameterizedTest
  @EnumSource
  void eachIsReadAsItIsSpelled(FullReason reason) {
    assertThat(FullReason.parse(reason.spelling())).isEqualTo(reason);
    assertThat(FullReason.read(reason.spelling())).isEqualTo(reason);
  }

  @Test
  void aWordOfAnotherVersionIsReadFromADocumentAndNotTakenFromAUser() {
    assertThat(FullReason.read("MoonPhase")).isEqualTo(FullReason.OTHER);
    assertThatThrownBy(() -> FullReason.parse("firstbackup"))
        .hasMessageContaining(
            "'firstbackup' is not a reason for a full: write one of FirstBackup,");
  }
}
