// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackupKindTest {
  @ParameterizedTest
  @EnumSource
  void aFull_isReadFromItsMessage_alsoWithMoreBehindIt(FullReason reason) {
    // given
    var kind = new BackupKind(BackupType.FULL, Optional.of(reason));

    // then
    assertThat(BackupKind.read(kind.text())).contains(kind);
    assertThat(BackupKind.read(kind.text() + " No node has room.\nNone.")).contains(kind);
  }

  @Test
  void otherKinds_areReadFromTheirMessages() {
    // given
    var increment = new BackupKind(BackupType.INCREMENTAL, Optional.empty());
    var unexplained = new BackupKind(BackupType.FULL, Optional.empty());

    // then
    assertThat(BackupKind.read(increment.text())).contains(increment);
    assertThat(BackupKind.read(unexplained.text())).contains(unexplained);
  }

  @Test
  void theReasonOfAnotherVersion_isOther() {
    assertThat(BackupKind.read("Full backup (Whim)."))
        .contains(new BackupKind(BackupType.FULL, Optional.of(FullReason.OTHER)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Waits for DataUpload a of the same VM.", "Full backup of nothing"})
  void anotherMessage_saysNoKind(String message) {
    assertThat(BackupKind.read(message)).isEmpty();
  }
}
