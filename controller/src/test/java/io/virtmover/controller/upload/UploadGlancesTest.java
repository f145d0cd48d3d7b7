// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.FullReason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UploadGlancesTest {
  private static final BackupPlan INCREMENT =
      new BackupPlan(
          true, "t", "u", Optional.of(new CheckpointName("cp-1")), Optional.empty(), List.of());
  private static final TransferStatus.Progress REPORTED = new TransferStatus.Progress(100, 50);

  @Test
  void shouldTellThePlanAndTheReportOfABackupUnderWay() {
    // given
    var request = SomeUpload.in("InProgress");

    // when
    var glance = UploadGlances.glance(request, Optional.of(INCREMENT), Optional.of(REPORTED));

    // then
    assertThat(glance.vm()).contains(SomeUpload.VM);
    assertThat(glance.type()).contains(BackupType.INCREMENTAL);
    assertThat(glance.isPull()).contains(true);
    assertThat(glance.progress()).contains(REPORTED);
  }

  @Test
  void shouldBelieveTheStatusMoreThanThePlan() {
    // given
    var request =
        SomeUpload.with(
            SomeUpload.in("InProgress"),
            "phase: \"InProgress\"",
            "phase: \"InProgress\"\n  message: Full backup (ChangesUnknown).");

    // when
    var glance = UploadGlances.glance(request, Optional.of(INCREMENT), Optional.empty());

    // then
    assertThat(glance.type()).contains(BackupType.FULL);
    assertThat(glance.reason()).contains(FullReason.CHANGES_UNKNOWN);
    assertThat(glance.message()).isEmpty();
  }

  @Test
  void shouldNotRepeatWhatABackupWaitedForOnceKubeVirtIsAtIt() {
    // given
    var request =
        SomeUpload.with(
            SomeUpload.in("Accepted"),
            "phase: \"Accepted\"",
            "phase: \"Accepted\"\n  message: Comes after DataUpload du-0 of the same VM.");

    // when
    var glance = UploadGlances.glance(request, Optional.of(INCREMENT), Optional.empty());

    // then
    assertThat(glance.message()).isEqualTo("KubeVirt makes the data ready.");
  }

  @Test
  void shouldTellWhatABackupWaitsForBeforeThat() {
    // given
    var request =
        SomeUpload.with(
            SomeUpload.in("Accepted"),
            "phase: \"Accepted\"",
            "phase: \"Accepted\"\n  message: Comes after DataUpload du-0 of the same VM.");

    // when
    var glance = UploadGlances.glance(request, Optional.empty(), Optional.empty());

    // then
    assertThat(glance.message()).isEqualTo("Comes after DataUpload du-0 of the same VM.");
  }
}
