// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeBackup.ROOT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackupPlanTest {
  static Stream<BackupPlan> plans() {
    return Stream.of(
        SomeBackup.PULLED,
        SomeBackup.PUSHED_INCREMENT,
        new BackupPlan(
            false,
            "t",
            "u",
            Optional.empty(),
            Optional.of(FullReason.VOLUME_REPLACED),
            List.of(new BackupPlan.Disk(ROOT, Optional.empty(), Optional.empty(), 0))));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void theAnnotation_keepsIt(BackupPlan plan) {
    assertThat(BackupPlan.read(plan.text())).isEqualTo(plan);
  }

  @Test
  void aDisk_isFoundByItsVolume() {
    assertThat(SomeBackup.PULLED.disk(ROOT)).contains(SomeBackup.disks().getFirst());
    assertThat(SomeBackup.PULLED.disk(new VolumeName("another"))).isEmpty();
  }

  @Test
  void theReasonOfALaterVersion_isReadAllTheSame() {
    assertThat(BackupPlan.read("{\"vm\": \"u\", \"full\": \"Whim\"}").reason())
        .contains(FullReason.OTHER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{",
        "[]",
        "{}",
        "pull",
        "{\"pull\": true}",
        "{\"vm\": \"u\", \"parent\": \"../x\"}",
        "{\"vm\": \"u\", \"disks\": [{\"volume\": \"\"}]}",
        "{\"vm\": \"u\", \"disks\": [{\"volume\": \"a/b\"}]}"
      })
  void whatWeDoNotWrite_isRefused(String text) {
    assertThatThrownBy(() -> BackupPlan.read(text))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INTERNAL))
        .hasMessageStartingWith("The plan of a backup cannot be read: ");
  }
}
