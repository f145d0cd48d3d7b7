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
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackupKindTest {
  static Stream<BackupKind> kinds() {
    return Stream.of(true, false)
        .flatMap(isUnfrozen -> frozen().map(kind -> kind.unfrozen(isUnfrozen)));
  }

  private static Stream<BackupKind> frozen() {
    return Stream.concat(
        Stream.of(FullReason.values()).map(reason -> BackupKind.full(Optional.of(reason))),
        Stream.of(
            BackupKind.full(Optional.empty()),
            new BackupKind(BackupType.INCREMENTAL, Optional.empty(), List.of(), false),
            new BackupKind(
                BackupType.INCREMENTAL,
                Optional.empty(),
                List.of(new VolumeName("data"), new VolumeName("rootdisk")),
                false)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aKind_isReadFromItsMessage_alsoWithMoreBehindIt(BackupKind kind) {
    assertThat(BackupKind.read(kind.text())).isEqualTo(new BackupKind.Told(Optional.of(kind), ""));
    assertThat(BackupKind.read(kind.text() + " No node has room.\nNone."))
        .isEqualTo(new BackupKind.Told(Optional.of(kind), "No node has room.\nNone."));
  }

  @Test
  void theReasonOfAnotherVersion_isOther() {
    assertThat(BackupKind.read("Full backup (Whim).").kind())
        .contains(BackupKind.full(Optional.of(FullReason.OTHER)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Comes after DataUpload a of the same VM.",
        "Full backup of nothing",
        "Full backups fail."
      })
  void anotherMessage_saysNoKind(String message) {
    assertThat(BackupKind.read(message)).isEqualTo(new BackupKind.Told(Optional.empty(), message));
  }
}
