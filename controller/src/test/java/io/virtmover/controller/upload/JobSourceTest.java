// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeBackup.CREATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.virtmover.cluster.VmBackupState;
import io.virtmover.controller.kubevirt.VmInstance;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code source-vmi-gone-unnoticed.yaml} and {@code tracker-deleted-in-progress.yaml}. */
class JobSourceTest {
  private static final VmBackupState RUNS = new VmBackupState.Running();
  private static final VmBackupState WAITS = new VmBackupState.Waiting(Optional.empty());
  private static final Instant NOW = CREATED.plusSeconds(600);
  private static final Optional<String> ITS_JOB = Optional.of(SomeBackup.NAME);
  private static final Optional<String> NO_JOB = Optional.empty();
  private static final Optional<VmInstance> STOPPED = Optional.empty();
  private static final Instant BEFORE = CREATED.minusSeconds(3600);

  static Stream<Arguments> sources() {
    return Stream.of(
        arguments("runs on", RUNS, since(BEFORE, ITS_JOB), JobSource.THERE),
        arguments("has just ended the job", RUNS, since(BEFORE, NO_JOB), JobSource.THERE),
        arguments("is gone", RUNS, STOPPED, JobSource.STOPPED),
        arguments(
            "is gone, pulled", new VmBackupState.PreparingExport(), STOPPED, JobSource.STOPPED),
        arguments("has not been started yet", WAITS, STOPPED, JobSource.THERE),
        arguments(
            "was started anew", RUNS, since(CREATED.plusSeconds(60), NO_JOB), JobSource.RESTARTED),
        arguments(
            "was started anew, and is another's",
            RUNS,
            since(CREATED.plusSeconds(60), Optional.of("vmb-2")),
            JobSource.RESTARTED),
        arguments("was waited for", RUNS, since(CREATED.plusSeconds(60), ITS_JOB), JobSource.THERE),
        arguments(
            "has just been started", RUNS, since(NOW.minusSeconds(30), NO_JOB), JobSource.THERE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sources")
  void aVm_isSeenWhereKubeVirtDoesNotLook(
      String name, VmBackupState state, Optional<VmInstance> instance, JobSource source) {
    assertThat(JobSource.of(SomeBackup.in(state), true, true, instance, NOW))
        .as(name)
        .isEqualTo(source);
    assertThat(JobSource.of(SomeBackup.in(state), true, false, instance, NOW))
        .isEqualTo(JobSource.TRACKER_GONE);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sources")
  void aVmThatDidNotRunWhenItWasPlanned_isNotMissedBeforeItHadTheJob(
      String name, VmBackupState state, Optional<VmInstance> instance) {
    assertThat(JobSource.of(SomeBackup.in(state), false, true, instance, NOW))
        .as(name)
        .isEqualTo(JobSource.THERE);
    assertThat(JobSource.of(SomeBackup.in(state), false, false, instance, NOW))
        .isEqualTo(JobSource.TRACKER_GONE);
  }

  @Test
  void aJobThatWasSeen_isKnownUntilItIsForgotten() {
    // given
    var sightings = new JobSightings();
    sightings.note(SomeBackup.NAME);

    // then
    assertThat(sightings.has(SomeBackup.NAME)).isTrue();
    assertThat(sightings.has("vmb-2")).isFalse();

    // when
    sightings.forget(SomeBackup.NAME);

    // then
    assertThat(sightings.has(SomeBackup.NAME)).isFalse();
  }

  private static Optional<VmInstance> since(Instant created, Optional<String> backup) {
    return Optional.of(new VmInstance(created, backup, Optional.empty(), Set.of()));
  }
}
