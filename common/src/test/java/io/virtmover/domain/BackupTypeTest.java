// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackupTypeTest {
  @ParameterizedTest
  @CsvSource({"full, FULL", "Full, FULL", "INCREMENTAL, INCREMENTAL", "incremental, INCREMENTAL"})
  void eitherWord_isReadInAnyCase(String text, BackupType type) {
    assertThat(BackupType.parse(text)).isEqualTo(type);
  }

  @ParameterizedTest
  @EnumSource(BackupType.class)
  void itsSpelling_isReadAgain(BackupType type) {
    assertThat(BackupType.parse(type.spelling())).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "incr", "full ", "differential"})
  void anythingElse_isRefusedWithWhatToWrite(String text) {
    assertThatThrownBy(() -> BackupType.parse(text))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining("write full or incremental");
  }

  /** In Turkish, the lower case of I is another letter. */
  @Test
  void theMachinesLanguage_doesNotMatter() {
    var usual = Locale.getDefault();
    Locale.setDefault(Locale.of("tr"));
    try {
      assertThat(BackupType.parse("INCREMENTAL")).isEqualTo(BackupType.INCREMENTAL);
    } finally {
      Locale.setDefault(usual);
    }
  }
}
