// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import static io.virtmover.lab.kubevirt.backup.Seen.CREATED;
import static io.virtmover.lab.kubevirt.backup.Seen.aBackup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.virtmover.lab.kubevirt.backup.Observation.ClaimState;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ClassificationTest {
  private static final String JOB = "backupName: b1";
  private static final String OTHERS = "backupName: other";
  private static final String DONE = JOB + ", completed: true, checkpointName: b1-x";

  static Stream<Arguments> waits() {
    return Stream.of(
        arguments("BackupTracker t1 does not exist", aBackup().withoutTracker()),
        arguments("BackupTracker t1 does not exist", aBackup().started().withoutTracker()),
        arguments("VM ns/vm1 doesnt exist", aBackup().withoutVm()),
        arguments("vm vm1 is not running, cannot do backup", aBackup().withoutVmi()),
        arguments(
            "vm vm1 has no ChangedBlockTracking, cannot start backup",
            aBackup().withVmi("phase: Running")),
        arguments(
            "vm vm1 has no ChangedBlockTracking, cannot start backup",
            aBackup().withVmi("phase: Running, changedBlockTracking: {state: Initializing}")),
        arguments(
            "Waiting for checkpoint redefinition on tracker t1",
            aBackup().withTracker("checkpointRedefinitionRequired: true")),
        arguments(
            "vm vm1 is currently migrating, waiting for migration to complete before starting"
                + " backup",
            aBackup()
                .withVmi(
                    "phase: Running, changedBlockTracking: {state: Enabled},"
                        + " migrationState: {startTimestamp: x}")));
  }

  @ParameterizedTest
  @MethodSource("waits")
  void shouldSayWhatIsMissing(String message, Seen seen) {
    var observed = seen.observe();
    for (var model : Model.values()) {
      assertThat(Classification.classify(observed, model)).isEqualTo(new State.Waiting(message));
    }
  }

  static Stream<Arguments> states() {
    return Stream.of(
        arguments(aBackup(), Model.B, State.NeedsVolume.class),
        arguments(aBackup().withClaim(ClaimState.MISSING), Model.B, State.ClaimMissing.class),
        arguments(aBackup().withClaim(ClaimState.BLOCK), Model.B, State.Stuck.class),
        arguments(aBackup().withAttachedVolume(), Model.B, State.VolumePending.class),
        arguments(
            aBackup().withAttachedVolume().withVolume("AttachedToNode"),
            Model.B,
            State.VolumePending.class),
        arguments(
            aBackup().withAttachedVolume().withVolume("MountedToPod"), Model.B, State.Ready.class),
        arguments(aBackup().withJob(OTHERS), Model.A, State.Stuck.class),
        arguments(aBackup().withJob(OTHERS), Model.B, State.Running.class),
        arguments(aBackup().withJob(JOB), Model.A, State.NeedsVolume.class),
        arguments(aBackup().started().withJob(JOB), Model.A, State.Running.class),
        arguments(aBackup().started().withJob(JOB).deleting(), Model.B, State.Aborting.class),
        arguments(aBackup().started().pulling().withJob(JOB), Model.B, State.NeedsExport.class),
        arguments(
            aBackup().started().pulling().withJob(JOB).withExport("u1", ""),
            Model.B,
            State.Running.class),
        arguments(
            aBackup().started().pulling().withJob(JOB).withExport("u1", "serviceName: s"),
            Model.B,
            State.NeedsConnection.class),
        arguments(
            aBackup().started().pulling().withJob(JOB).withExport("foreign", ""),
            Model.B,
            State.Stuck.class),
        arguments(
            aBackup()
                .withStatus("type: Full, exportUID: e1")
                .pulling()
                .withJob(JOB)
                .withExport("u1", "serviceName: s, phase: Ready, links: {internal: {cert: c}}"),
            Model.B,
            State.Exported.class),
        arguments(
            aBackup()
                .withStatus("type: Full, conditions: [{type: ExportInitiated, status: 'True'}]")
                .pulling()
                .withJob(JOB),
            Model.A,
            State.ExportGone.class),
        arguments(
            aBackup().started().withJob(DONE).withAttachedVolume(),
            Model.B,
            State.CleaningUp.class),
        arguments(
            aBackup().started().withJob(DONE).withVolume("Detaching"),
            Model.B,
            State.CleaningUp.class),
        arguments(aBackup().started().withJob(DONE), Model.B, State.Clean.class),
        arguments(aBackup().deleting().withoutVmi(), Model.B, State.Vanishing.class),
        arguments(
            aBackup().started().withAttachedVolume().deleting(), Model.B, State.CleaningUp.class));
  }

  @ParameterizedTest
  @MethodSource("states")
  void shouldTellTheState(Seen seen, Model model, Class<? extends State> state) {
    assertThat(Classification.classify(seen.observe(), model)).isInstanceOf(state);
  }

  static Stream<Arguments> verdicts() {
    return Stream.of(
        arguments(aBackup().started(), "Backup has failed: VMI backup status was lost"),
        arguments(
            aBackup().started().withoutVmi(), "Backup has failed: VMI was deleted during backup"),
        arguments(
            aBackup().started().withJob(JOB).withVmiDeleting(),
            "Backup has failed: VMI is not in a running state: Running"),
        arguments(
            aBackup().started().withJob(DONE + ", failed: true, backupMsg: full"),
            "Backup has failed: full"),
        arguments(
            aBackup().started().withJob(DONE + ", backupMsg: no agent"),
            "Completed VirtualMachineBackup, warning: no agent"),
        arguments(aBackup().started().withJob(DONE), "Successfully completed VirtualMachineBackup"),
        arguments(
            aBackup().withFinalizer().deleting(),
            "Backup has failed: backup was deleted during initialization"));
  }

  @ParameterizedTest
  @MethodSource("verdicts")
  void shouldJudgeTheEnd(Seen seen, String sentence) {
    var state = Classification.classify(seen.observe(), Model.B);
    assertThat(state).isInstanceOf(State.Clean.class);
    assertThat(((State.Clean) state).cleanup().verdict().sentence()).isEqualTo(sentence);
  }

  @Test
  void shouldMoveTheTrackerOnlyForAGoodJob() {
    var good = aBackup().started().withJob(DONE).observe();
    var bad = aBackup().started().withJob(DONE + ", failed: true").observe();
    var lost = aBackup().started().observe();
    assertThat(cleanup(good).advance()).isTrue();
    assertThat(cleanup(bad).advance()).isFalse();
    assertThat(cleanup(lost).advance()).isFalse();
  }

  private static Cleanup cleanup(Observation seen) {
    return ((State.Clean) Classification.classify(seen, Model.B)).cleanup();
  }

  @Test
  void shouldStopAPullBackupWhenItsTimeIsOver() {
    // given
    var running = aBackup().started().pulling().withJob(JOB);

    // when
    var before =
        Classification.classify(
            running.at(CREATED.plus(Duration.ofHours(2)).minusMillis(1)).observe(), Model.B);
    var after =
        Classification.classify(running.at(CREATED.plus(Duration.ofHours(2))).observe(), Model.B);

    // then
    assertThat(before).isInstanceOf(State.NeedsExport.class);
    assertThat(after)
        .isEqualTo(new State.Aborting("pull mode backup TTL has expired: Backup is aborting"));
  }

  @Test
  void shouldFailWhatRanOutOfTimeInModelC() {
    // given
    var late = CREATED.plus(Duration.ofHours(2));
    var push = aBackup().started().withJob(JOB);
    var stopped =
        aBackup()
            .withFinalizer()
            .pulling()
            .withStatus(
                "type: Full, conditions: [{type: Progressing, status: 'True', reason: Aborting,"
                    + " message: 'backup TTL has expired: Backup is aborting'}]")
            .withJob(DONE);

    // when
    var inTime = Classification.classify(push.at(late.minusMillis(1)).observe(), Model.C);
    var expired = Classification.classify(push.at(late).observe(), Model.C);
    var ended = (State.Clean) Classification.classify(stopped.at(late).observe(), Model.C);

    // then
    assertThat(inTime).isInstanceOf(State.Running.class);
    assertThat(expired).isEqualTo(new State.Aborting("backup TTL has expired: Backup is aborting"));
    assertThat(Classification.classify(push.at(late).observe(), Model.B))
        .isInstanceOf(State.Running.class);
    assertThat(ended.cleanup().verdict()).isEqualTo(Verdict.expired());
    assertThat(ended.cleanup().advance()).isFalse();
  }

  @Test
  void shouldTakeTheTrackersCheckpointAsBaseUnlessForced() {
    // given
    var ready =
        aBackup()
            .withTracker("latestCheckpoint: {name: cp-1}")
            .withAttachedVolume()
            .withVolume("MountedToPod");

    // when
    var increment = (State.Ready) Classification.classify(ready.observe(), Model.B);
    var full = (State.Ready) Classification.classify(ready.forcedFull().observe(), Model.B);

    // then
    assertThat(increment.start().incremental()).contains("cp-1");
    assertThat(increment.type()).isEqualTo("Incremental");
    assertThat(full.start().incremental()).isEmpty();
    assertThat(full.type()).isEqualTo("Full");
  }

  @Test
  void shouldChangeNothingAfterTheEnd() {
    for (var type : new String[] {"Complete", "Failed", "Done"}) {
      var over =
          aBackup()
              .withFinalizer()
              .withStatus("type: Full, conditions: [{type: " + type + ", status: 'True'}]");
      assertThat(Classification.classify(over.observe(), Model.B)).isEqualTo(new State.Over(false));
      assertThat(Classification.classify(over.deleting().observe(), Model.B))
          .isEqualTo(new State.Over(true));
    }
  }
}
