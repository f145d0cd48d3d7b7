// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.kubevirt.launcher.JobReport;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Held to the recorded scenarios push-full and push-failed-enospc. */
class PublicationTest {
  private static final Instant CREATED = Instant.parse("2026-11-24T04:21:52Z");

  @Test
  void theBeginningIsToldInOneUpdate() {
    // given
    var vmi = vmi(claimed());

    // when
    var value = value(vmi, report(Optional.empty()), Release.HEAD);

    // then
    var expected = claimed();
    expected.put("checkpointName", "backup-1-2026-11-24_04-21-52");
    expected.put("quiesceStatus", "Succeeded");
    expected.put("volumes", List.of(Map.of("volumeName", "rootdisk")));
    assertThat(value).contains(expected);
  }

  @Test
  void olderReleasesTellTheDiskAndTheOldestNothingOfQuiescing() {
    // when
    var value = value(vmi(claimed()), report(Optional.empty()), Release.V1_8);

    // then
    assertThat(value.orElseThrow())
        .containsEntry("volumes", List.of(Map.of("volumeName", "rootdisk", "diskTarget", "vda")))
        .doesNotContainKey("quiesceStatus");
  }

  @Test
  void theNextReleaseTellsATypePerVolume() {
    // given
    var known = report(Optional.empty());
    var mixed =
        new JobReport(
            known.backupName(),
            known.started(),
            known.accepted(),
            known.checkpoint(),
            List.of(
                new JobReport.Volume("rootdisk", "vda", false),
                new JobReport.Volume("data", "vdb", true)),
            known.quiesce(),
            known.ending());

    // when
    var value = value(vmi(claimed()), mixed, Release.NEXT);

    // then
    assertThat(value.orElseThrow())
        .containsEntry(
            "volumes",
            List.of(
                Map.of("volumeName", "rootdisk", "type", "Incremental"),
                Map.of("volumeName", "data", "type", "Full")));
  }

  @Test
  void anEndThatWasAlreadyThereIsToldInTheUpdateAfterTheFirst() {
    // given
    var begun = claimed();
    begun.put("checkpointName", "backup-1-2026-11-24_04-21-52");
    var report = report(Optional.of(ending(Optional.of("No space left on device"))));

    // when
    var first = value(vmi(claimed()), report, Release.HEAD);
    var second = value(vmi(begun), report, Release.HEAD);

    // then
    assertThat(first.orElseThrow()).doesNotContainKey("completed");
    assertThat(second.orElseThrow())
        .containsEntry("completed", true)
        .containsEntry("failed", true)
        .containsEntry("backupMsg", "No space left on device")
        .containsEntry("endTimestamp", "2026-11-24T04:21:54Z");
  }

  @Test
  void aGoodEndSaysNothingOfFailure() {
    // given
    var begun = claimed();
    begun.put("checkpointName", "backup-1-2026-11-24_04-21-52");

    // when
    var value = value(vmi(begun), report(Optional.of(ending(Optional.empty()))), Release.HEAD);

    // then
    assertThat(value.orElseThrow())
        .containsEntry("completed", true)
        .doesNotContainKeys("failed", "backupMsg");
  }

  @Test
  void nothingIsToldToAnotherBackupOrAfterTheEnd() {
    // given
    var other = claimed();
    other.put("backupName", "backup-2");
    var over = claimed();
    over.put("checkpointName", "backup-1-2026-11-24_04-21-52");
    over.put("completed", true);
    var report = report(Optional.of(ending(Optional.empty())));

    // then
    assertThat(value(vmi(other), report, Release.HEAD)).isEmpty();
    assertThat(value(vmi(over), report, Release.HEAD)).isEmpty();
    assertThat(Publication.next(new GenericKubernetesResource(), report, Release.HEAD)).isEmpty();
  }

  private static Map<String, Object> claimed() {
    var status = new LinkedHashMap<String, Object>();
    status.put("backupName", "backup-1");
    status.put("startTimestamp", CREATED.toString());
    return status;
  }

  private static JobReport.Ending ending(Optional<String> failure) {
    return new JobReport.Ending(CREATED.plusSeconds(2), failure);
  }

  private static JobReport report(Optional<JobReport.Ending> ending) {
    return new JobReport(
        "backup-1",
        CREATED,
        CREATED.plusMillis(100),
        "backup-1-2026-11-24_04-21-52",
        List.of(new JobReport.Volume("rootdisk", "vda", true)),
        "Succeeded",
        ending);
  }

  private static GenericKubernetesResource vmi(Map<String, Object> backupStatus) {
    var vmi = new GenericKubernetesResource();
    vmi.setAdditionalProperty(
        "status", Map.of("changedBlockTracking", Map.of("backupStatus", backupStatus)));
    return vmi;
  }

  /** What the second operation of the patch writes; the first one guards it. */
  @SuppressWarnings("unchecked") // JSON objects have text keys
  private static Optional<Map<String, Object>> value(
      GenericKubernetesResource vmi, JobReport report, Release release) {
    return Publication.next(vmi, report, release)
        .map(patch -> (Map<String, Object>) patch.operations().getLast().get("value"));
  }
}
