// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KindWordsTest {
  @ParameterizedTest
  @EnumSource
  void shouldReadWhatWasWrittenOfAFull(FullReason reason) {
    // when
    var words = KindWords.read(KindWords.full(reason) + " The pod waits.");

    // then
    assertThat(words)
        .isEqualTo(
            new KindWords(Optional.of(BackupType.FULL), Optional.of(reason), "The pod waits."));
  }

  @Test
  void shouldReadAFullWithoutAReason() {
    // when
    var words = KindWords.read(KindWords.FULL + ".");

    // then
    assertThat(words).isEqualTo(new KindWords(Optional.of(BackupType.FULL), Optional.empty(), ""));
  }

  static Stream<List<VolumeName>> wholeDisks() {
    return Stream.of(List.of(), List.of(new VolumeName("data"), new VolumeName("rootdisk")));
  }

  @ParameterizedTest
  @MethodSource("wholeDisks")
  void shouldReadAnIncrement(List<VolumeName> whole) {
    // when
    var words = KindWords.read(KindWords.increment(whole));

    // then
    assertThat(words)
        .isEqualTo(new KindWords(Optional.of(BackupType.INCREMENTAL), Optional.empty(), ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Waits for DataUpload one of the same VM.", "Full backups fail."})
  void shouldLeaveAnotherMessageAsItIs(String message) {
    assertThat(KindWords.read(message))
        .isEqualTo(new KindWords(Optional.empty(), Optional.empty(), message));
  }
}
