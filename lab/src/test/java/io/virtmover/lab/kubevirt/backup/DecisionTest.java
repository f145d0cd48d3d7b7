// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import static io.virtmover.lab.kubevirt.backup.Seen.aBackup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.virtmover.lab.kubevirt.Quirks;
import io.virtmover.lab.kubevirt.backup.Observation.ClaimState;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of the steps, which is what a watcher sees. */
class DecisionTest {
  private static final String DONE =
      "backupName: b1, completed: true, checkpointName: b1-x, volumes: [{volumeName: root}]";

  static Stream<Arguments> steps() {
    return Stream.of(
        arguments(
            aBackup(),
            List.of("AddFinalizer", "ClaimVmi", "AttachVolume", "Report Attaching"),
            List.of("AddFinalizer", "AttachVolume", "Report Attaching")),
        arguments(
            aBackup().withClaim(ClaimState.BLOCK),
            List.of("AddFinalizer", "LookAgain"),
            List.of("AddFinalizer", "Report Quiet", "LookAgain")),
        arguments(
            aBackup().withClaim(ClaimState.MISSING),
            List.of("AddFinalizer", "ClaimVmi", "Report Waiting"),
            List.of("AddFinalizer", "Report Waiting")),
        arguments(
            aBackup().withFinalizer().withJob("backupName: b1").withAttachedVolume(),
            List.of("Report BeingAttached"),
            List.of("Report Quiet")),
        arguments(
            aBackup().started().withJob(DONE).withAttachedVolume(),
            List.of("AdvanceTracker", "DetachVolume", "Report Detaching", "LookAgain"),
            List.of("AdvanceTracker", "DetachVolume", "LookAgain")),
        arguments(
            aBackup().started().withJob(DONE),
            List.of("AdvanceTracker", "ReleaseVmi", "Report Ended"),
            List.of("AdvanceTracker", "ReleaseVmi", "Report Ended")),
        arguments(
            aBackup().started().pulling().withJob(DONE).withExport("u1", ""),
            List.of("AdvanceTracker", "DeleteExport", "LookAgain"),
            List.of("AdvanceTracker", "DeleteExport", "LookAgain")),
        arguments(
            aBackup().started().withJob("backupName: b1").deleting(),
            List.of("Command", "Report Aborting"),
            List.of("Command", "Report Aborting")),
        arguments(
            aBackup().started().pulling().withJob("backupName: b1"),
            List.of("CreateExport", "Report PreparingExport"),
            List.of("CreateExport", "Report PreparingExport")));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void shouldActInKubeVirtsOrder(Seen seen, List<String> modelA, List<String> modelB) {
    assertThat(decide(seen.observe(), Model.A, Quirks.NONE)).isEqualTo(modelA);
    assertThat(decide(seen.observe(), Model.B, Quirks.NONE)).isEqualTo(modelB);
  }

  @Test
  void shouldMakeTheExportAgainWhileDetachingOnlyUnderTheQuirk() {
    // given
    var seen =
        aBackup()
            .started()
            .pulling()
            .withJob(DONE + ", failed: true")
            .withVolume("Detaching")
            .observe();
    var quirk = new Quirks(false, false, true, false);

    // then
    assertThat(decide(seen, Model.A, quirk)).containsExactly("CreateExport", "LookAgain");
    assertThat(decide(seen, Model.A, Quirks.NONE)).containsExactly("LookAgain");
    assertThat(decide(seen, Model.B, quirk)).containsExactly("LookAgain");
  }

  @Test
  void shouldStopTheRealJobThatAFaultPretendsToHaveEnded() {
    var seen =
        aBackup()
            .withFinalizer()
            .withStatus("type: Full, checkpointName: b1-x")
            .withFault("enospc")
            .withJob("backupName: b1, checkpointName: b1-x")
            .withAttachedVolume()
            .observe();
    assertThat(decide(seen, Model.B, Quirks.NONE))
        .containsExactly("StopJob", "DetachVolume", "LookAgain");
  }

  private static List<String> decide(Observation seen, Model model, Quirks quirks) {
    var state = Classification.classify(seen, model);
    return new Decision(model, quirks)
        .decide(state, Faults.apply(seen)).stream().map(DecisionTest::name).toList();
  }

  private static String name(Step step) {
    return step instanceof Step.Report(var stage)
        ? "Report " + stage.getClass().getSimpleName()
        : step.getClass().getSimpleName();
  }
}
