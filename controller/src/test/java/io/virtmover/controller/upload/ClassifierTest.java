// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeBackup.CHECKPOINT;
import static io.virtmover.controller.upload.SomeBackup.CREATED;
import static io.virtmover.controller.upload.SomeBackup.DEADLINES;
import static io.virtmover.controller.upload.SomeBackup.EXPORT;
import static io.virtmover.controller.upload.SomeBackup.PARENT;
import static io.virtmover.controller.upload.SomeBackup.PULLED;
import static io.virtmover.controller.upload.SomeBackup.PULLED_INCREMENT;
import static io.virtmover.controller.upload.SomeBackup.PUSHED;
import static io.virtmover.controller.upload.SomeBackup.PUSHED_INCREMENT;
import static io.virtmover.controller.upload.SomeBackup.REPORT;
import static io.virtmover.controller.upload.SomeUpload.ACCEPTED;
import static io.virtmover.controller.upload.SomeUpload.annotated;
import static io.virtmover.controller.upload.SomeUpload.canceled;
import static io.virtmover.controller.upload.SomeUpload.deleted;
import static io.virtmover.controller.upload.SomeUpload.ended;
import static io.virtmover.controller.upload.SomeUpload.in;
import static io.virtmover.controller.upload.SomeUpload.untouched;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmBackupState;
import io.virtmover.cluster.VmBackupState.Cause;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.Keys;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.controller.watch.OwnWork;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.Outcome;
import io.virtmover.transfer.RestoreReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassifierTest {
  private static final Instant NOW = CREATED.plusSeconds(5);
  private static final VmBackup READABLE = SomeBackup.in(new VmBackupState.ExportReady());
  private static final VmBackup COMPLETE =
      SomeBackup.in(new VmBackupState.Completed(Optional.empty()));
  private static final VmBackup JOB_RUNS = SomeBackup.in(new VmBackupState.Running());
  private static final MoverState RUNS = new MoverState.Running(Optional.empty());
  private static final MoverState TELLS_DONE =
      new MoverState.Ending(new Outcome.Completed(REPORT), Optional.empty());
  private static final MoverState DONE = new MoverState.Ended(new Outcome.Completed(REPORT));
  private static final Duration PREPARE = Duration.ofMinutes(30).plusSeconds(2);

  @Test
  void aNewRequest_isNew() {
    assertThat(classify(Seen.of(untouched()))).isEqualTo(new UploadState.New());
  }

  @Test
  void anAcceptedRequest_waitsForItsTurnAndThenAsks() {
    assertThat(classify(Seen.of(in("Accepted")).obstacle("Waits.")))
        .isEqualTo(new UploadState.Queued("Waits."));
    assertThat(classify(Seen.of(in("Accepted")))).isEqualTo(new UploadState.NeedsBackup(false));
  }

  @Test
  void aRequestWithoutATimeOfAcceptance_hasADeadlineAllTheSame() {
    // given
    var seen = Seen.of(SomeUpload.ofOldVelero("Accepted"));

    // then
    assertThat(classify(seen)).isEqualTo(new UploadState.NeedsBackup(false));
    assertThat(classify(seen, CREATED.plus(Duration.ofHours(25))))
        .isInstanceOf(UploadState.Failing.class);
  }

  @Test
  void whatEarlierTriesHaveLeft_isTakenAwayFirst() {
    assertThat(classify(Seen.of(in("Accepted")).earlier("Job velero/a")))
        .isEqualTo(new UploadState.ClearingEarlier());
  }

  @Test
  void whatEarlierTriesHaveLeft_isNotWaitedForForEver() {
    // given
    var seen =
        Seen.of(in("Accepted")).earlier("claim orders/a").tried(OwnWork.CLEAR_EARLIER, ACCEPTED);

    // then
    assertThat(classify(seen, ACCEPTED.plus(DEADLINES.cleanup())))
        .isEqualTo(new UploadState.ClearingEarlier());
    assertThat(classify(seen, ACCEPTED.plus(DEADLINES.cleanup()).plusSeconds(1)))
        .isInstanceOfSatisfying(
            UploadState.Failing.class,
            failing -> assertThat(failing.why()).contains("claim orders/a"));
  }

  @Nested
  class BeforeTheMover {
    @Test
    void aWait_isToldOnlyWhenItHasTakenLong() {
      // given
      var seen = asked(waiting("PVC orders/x doesnt exist"), PULLED);

      // then
      assertThat(classify(seen)).isEqualTo(new UploadState.Preparing(Optional.empty()));
      assertThat(classify(seen, CREATED.plusSeconds(21)))
          .isEqualTo(new UploadState.Preparing(Optional.of("PVC orders/x doesnt exist")));
    }

    @Test
    void aWait_endsWithItsReason() {
      assertThat(
              classify(
                  asked(waiting("vm web-7 is not running, cannot do backup"), PUSHED),
                  CREATED.plus(PREPARE)))
          .isEqualTo(
              new UploadState.Failing(
                  "KubeVirt's backup could not be read after 30 min: vm web-7 is not running, cannot do backup."));
    }

    @Test
    void aRunningPushJob_mayTakeAsLongAsATransfer() {
      // given
      var seen = asked(JOB_RUNS, PUSHED);

      // then
      assertThat(classify(seen, CREATED.plusSeconds(20)))
          .isEqualTo(new UploadState.Preparing(Optional.empty()));
      assertThat(classify(seen, CREATED.plus(Duration.ofHours(23))))
          .isEqualTo(
              new UploadState.Preparing(
                  Optional.of(
                      "KubeVirt writes the VM's data to claim %s/%s, which it was asked for at %s."
                          .formatted(JOB_RUNS.namespace(), JOB_RUNS.name(), CREATED))));
      assertThat(classify(seen, CREATED.plus(Duration.ofHours(25))))
          .isEqualTo(new UploadState.Failing("The backup was not done after 1440 min."));
    }

    @Test
    void aPushThatWasTold_isToldAsLongAsItLasts() {
      // given
      var told = UploadWords.pushes(JOB_RUNS.namespace(), JOB_RUNS.name(), CREATED);
      var phase = "phase: \"Accepted\"";
      var request =
          SomeUpload.with(in("Accepted"), phase, "%s\n  message: \"%s\"".formatted(phase, told));
      var seen = Seen.of(request).backup(JOB_RUNS, PUSHED);

      // then
      assertThat(classify(seen, CREATED.plusSeconds(1)))
          .isEqualTo(new UploadState.Preparing(Optional.of(told)));
    }

    @Test
    void aPullJobWhoseExportDoesNotCome_fails() {
      assertThat(classify(asked(JOB_RUNS, PULLED), CREATED.plus(PREPARE)))
          .isInstanceOf(UploadState.Failing.class);
    }

    @Test
    void anExport_isReadWhenItsOwnObjectSaysSo() {
      // given
      var early = new VmExport(EXPORT.name(), false, EXPORT.authority(), EXPORT.addresses());
      var without = new VmExport(EXPORT.name(), true, Optional.empty(), EXPORT.addresses());
      var seen = asked(READABLE, PULLED);

      // then
      for (var export :
          List.of(Optional.<VmExport>empty(), Optional.of(early), Optional.of(without))) {
        assertThat(classify(seen.export(export)))
            .isEqualTo(new UploadState.Preparing(Optional.empty()));
      }
      assertThat(classify(seen.export(Optional.of(EXPORT))))
          .isEqualTo(new UploadState.NeedsMover(READABLE, PULLED, Optional.of(EXPORT)));
    }

    static Stream<VmBackup> unfinished() {
      return Stream.of(
          JOB_RUNS,
          waiting("BackupTracker t does not exist"),
          SomeBackup.in(new VmBackupState.PreparingExport()),
          READABLE,
          SomeBackup.in(new VmBackupState.Aborting("Backup is aborting")));
    }

    @ParameterizedTest
    @MethodSource("unfinished")
    void aTrackerThatWasDeletedUnderABackup_isMadeAgain(VmBackup backup) {
      assertThat(classify(asked(backup, PUSHED).source(JobSource.TRACKER_GONE)))
          .isEqualTo(new UploadState.NeedsTracker("vmbt-web-7"));
      assertThat(
              classify(
                  asked(backup, PULLED).export(Optional.of(EXPORT)).source(JobSource.TRACKER_GONE)))
          .isEqualTo(new UploadState.NeedsTracker("vmbt-web-7"));
    }

    @Test
    void aTrackerThatCannotBeMade_isNotTriedForEver() {
      assertThat(
              classify(
                  asked(waiting("BackupTracker t does not exist"), PUSHED)
                      .source(JobSource.TRACKER_GONE)
                      .tried(OwnWork.MAKE_TRACKER, CREATED),
                  CREATED.plus(PREPARE)))
          .isEqualTo(
              new UploadState.Failing(
                  "KubeVirt's backup could not be read after 30 min: VirtualMachineBackupTracker vmbt-web-7 is deleted each time it is made."));
    }

    @Test
    void aTrackerThatNobodyMadeAgainForAnHour_isMadeAndKubeVirtGetsItsTime() {
      // given
      var back = CREATED.plus(Duration.ofHours(1));
      var seen = asked(waiting("BackupTracker t does not exist"), PUSHED);

      // then
      assertThat(classify(seen.source(JobSource.TRACKER_GONE), back))
          .isInstanceOf(UploadState.NeedsTracker.class);
      seen.trackerMade(back).source(JobSource.THERE);
      assertThat(classify(seen, back.plusSeconds(5))).isInstanceOf(UploadState.Preparing.class);
      assertThat(classify(seen, back.plus(PREPARE))).isInstanceOf(UploadState.Failing.class);
    }

    @Test
    void eachTrackerThatIsMade_givesKubeVirtItsTime() {
      // given
      var again = CREATED.plus(Duration.ofMinutes(50));
      var seen =
          asked(waiting("BackupTracker t does not exist"), PUSHED)
              .tried(OwnWork.MAKE_TRACKER, CREATED.plus(Duration.ofMinutes(10)))
              .trackerMade(again);

      // then
      assertThat(classify(seen, again.plus(Duration.ofMinutes(29))))
          .isInstanceOf(UploadState.Preparing.class);
    }

    @Test
    void aVmThatStopsUnnoticed_isBackedUpAnew() {
      assertRetries(asked(JOB_RUNS, PUSHED).source(JobSource.STOPPED), "stopped while");
      assertRetries(asked(JOB_RUNS, PUSHED).source(JobSource.RESTARTED), "was restarted while");
    }

    @Test
    void aBackupThatIsComplete_needsItsVmNoMore() {
      assertThat(classify(asked(COMPLETE, PUSHED).source(JobSource.STOPPED).claim()))
          .isInstanceOf(UploadState.NeedsMover.class);
    }

    @Test
    void pushedFiles_comeToTheMoverFirst() {
      // given
      var seen = asked(COMPLETE, PUSHED);

      // then
      assertThat(classify(seen)).isEqualTo(new UploadState.NeedsClaim(false));
      assertThat(classify(seen.claim()))
          .isEqualTo(new UploadState.NeedsMover(COMPLETE, PUSHED, Optional.empty()));
    }

    @Test
    void filesThatDoNotCome_areToldAndWaitedForUntilTheDeadline() {
      // given
      var begun = SomeBackup.ENDED.plusSeconds(1);
      var late = begun.plus(PREPARE);
      var told =
          SomeUpload.with(
              ended("Accepted", ACCEPTED),
              "As it was.",
              UploadWords.awaitsFiles("claim orders/a is deleted, and still in use"));

      // then
      assertThat(classify(bringing(in("Accepted"), begun), begun.plusSeconds(21)))
          .isEqualTo(new UploadState.NeedsClaim(true));
      assertThat(classify(bringing(in("Accepted"), begun), late))
          .isEqualTo(
              new UploadState.Failing("KubeVirt's files did not come to the mover after 30 min."));
      assertThat(classify(bringing(told, begun), late))
          .isEqualTo(
              new UploadState.Failing(
                  "KubeVirt's files did not come to the mover after 30 min: claim orders/a is deleted, and still in use."));
      assertThat(classify(bringing(in("Accepted"), begun).claim(), late))
          .isInstanceOf(UploadState.NeedsMover.class);
    }

    @Test
    void filesThatNobodyHasTriedToBring_areNotLate() {
      assertThat(classify(asked(COMPLETE, PUSHED), SomeBackup.ENDED.plus(Duration.ofHours(1))))
          .isEqualTo(new UploadState.NeedsClaim(false));
    }

    private static Seen bringing(DataUpload request, Instant since) {
      return Seen.of(request).backup(COMPLETE, PUSHED).tried(OwnWork.BRING_FILES, since);
    }

    @Test
    void whatKubernetesRefuses_isTriedUntilItIsLate() {
      // given
      var seen = Seen.of(in("Accepted"));
      var words = "exceeded quota: q, requested: 1, limited: 1";
      var later = ACCEPTED.plus(Duration.ofHours(3));

      // then
      assertThat(Classifier.refused(seen.look(), words, DEADLINES, later))
          .isEqualTo(new UploadState.Refused(words));
      seen.tried(OwnWork.MAKE_OBJECTS, later);
      assertThat(Classifier.refused(seen.look(), words, DEADLINES, later.plusSeconds(60)))
          .isEqualTo(new UploadState.Refused(words));
      assertThat(Classifier.refused(seen.look(), words, DEADLINES, later.plus(PREPARE)))
          .isEqualTo(
              new UploadState.Failing(
                  "Kubernetes refused for 30 min what the backup needs: exceeded quota: q, requested: 1, limited: 1."));
    }

    @Test
    void anExportThatNamesNoAddressForADisk_isNotWaitedForForEver() {
      // given
      var half =
          new VmExport(
              EXPORT.name(),
              true,
              EXPORT.authority(),
              Map.of(
                  SomeBackup.ROOT,
                  Objects.requireNonNull(EXPORT.addresses().get(SomeBackup.ROOT))));
      var seen = asked(READABLE, PULLED).export(Optional.of(half));

      // then
      assertThat(classify(seen)).isEqualTo(new UploadState.Preparing(Optional.empty()));
      assertThat(classify(seen, CREATED.plus(PREPARE)))
          .isEqualTo(
              new UploadState.Failing(
                  "KubeVirt's backup could not be read after 30 min: KubeVirt's export names no address for data."));
    }

    @Test
    void anExportWhoseTokenIsGone_isBegunAnew() {
      assertRetries(
          asked(READABLE, PULLED).export(Optional.of(EXPORT)).withoutToken(),
          "The secret du-night-1-0a1b2c3d4e with the token of KubeVirt's export was deleted in velero.");
    }

    @Test
    void anExportThatDoesNotGetReady_namesTheSecretItNeeds() {
      assertThat(
              classify(
                  asked(SomeBackup.in(new VmBackupState.PreparingExport()), PULLED),
                  CREATED.plus(PREPARE)))
          .isEqualTo(
              new UploadState.Failing(
                  "KubeVirt's backup could not be read after 30 min: KubeVirt's export is not ready; it needs the secret orders/du-night-1-0a1b2c3d4e with its token."));
    }

    @Test
    void anotherBackupsJob_isNotOurs() {
      // given
      var completed = new VmBackupState.Completed(Optional.empty());
      var full = Optional.of(BackupType.FULL);

      // then
      assertRetries(
          asked(SomeBackup.of(completed, Optional.empty(), Optional.of(CHECKPOINT)), PUSHED),
          "mixed");
      assertRetries(
          asked(SomeBackup.of(completed, full, Optional.of(PARENT)), PUSHED).claim(), "mixed");
      assertRetries(
          asked(SomeBackup.of(new VmBackupState.ExportReady(), full, Optional.of(PARENT)), PULLED)
              .export(Optional.of(EXPORT)),
          "mixed");
    }

    @Test
    void aPullThatIsCompleteBeforeItWasRead_isBegunAnew() {
      assertRetries(asked(COMPLETE, PULLED), "before its data was read");
    }

    @Test
    void aDiskThatIsNotIncluded_fails() {
      // given
      var plan =
          new BackupPlan(
              true,
              "t",
              "u",
              Optional.empty(),
              Optional.of(FullReason.REQUESTED),
              List.of(
                  new BackupPlan.Disk(
                      new VolumeName("another"), Optional.empty(), Optional.empty(), 1)));

      // then
      assertThat(classify(asked(READABLE, plan).export(Optional.of(EXPORT))))
          .isEqualTo(
              new UploadState.Failing(
                  "KubeVirt's backup does not include another.", FailureKind.CORRUPT_SOURCE));
    }

    @Test
    void aDiskThatWasNotPlanned_isPlannedAnew() {
      // given
      var plan =
          new BackupPlan(
              false,
              "t",
              "u",
              Optional.empty(),
              Optional.of(FullReason.REQUESTED),
              List.of(SomeBackup.disks().getFirst()));

      // then
      assertRetries(asked(COMPLETE, plan).claim(), "when it was planned: data");
    }

    @Test
    void anIncrementInPlaceOfAFull_fails() {
      // given
      var wrong =
          SomeBackup.of(
              new VmBackupState.ExportReady(),
              Optional.of(BackupType.INCREMENTAL),
              Optional.of(CHECKPOINT));

      // then
      assertThat(classify(asked(wrong, PULLED).export(Optional.of(EXPORT))))
          .isEqualTo(
              new UploadState.Failing(
                  "KubeVirt made an increment although a full was asked for.",
                  FailureKind.CORRUPT_SOURCE));
    }

    @Test
    void aFullInPlaceOfAnIncrement_isTaken() {
      assertThat(classify(asked(COMPLETE, PUSHED_INCREMENT).claim()))
          .isEqualTo(new UploadState.NeedsMover(COMPLETE, PUSHED_INCREMENT, Optional.empty()));
    }

    @Test
    void aRefusalAboutTheChain_makesAFull() {
      // given
      var refusal = "Failed backing up VM: missing or broken bitmap 'b' for disk 'vdb'";
      var seen = asked(waiting(""), PULLED_INCREMENT).refusal(refusal);

      // then
      assertThat(classify(seen))
          .isEqualTo(
              new UploadState.NeedsRetry(
                  new Retries(1, Optional.of(FullReason.CHANGES_UNKNOWN), 1), refusal));
    }

    @Test
    void anotherRefusal_isToldAndWaitedFor() {
      // given
      var seen = asked(waiting("is being attached"), PULLED_INCREMENT).refusal("target exists");

      // then
      assertThat(classify(seen, CREATED.plusSeconds(21)))
          .isEqualTo(new UploadState.Preparing(Optional.of("target exists")));
    }

    @Test
    void aRefusalOfAFull_isNoReasonForAnotherFull() {
      assertThat(
              classify(
                  asked(waiting(""), PULLED).refusal("broken bitmap"), CREATED.plusSeconds(21)))
          .isEqualTo(new UploadState.Preparing(Optional.of("broken bitmap")));
    }

    @ParameterizedTest
    @EnumSource(
        value = Cause.class,
        names = {"SOURCE_LOST", "SOURCE_UNHEALTHY", "DELETED_BEFORE_START", "ABORTED"})
    void aFailureThatMayPass_isBegunAnew(Cause cause) {
      assertThat(classify(asked(failed(cause), PUSHED)))
          .isEqualTo(new UploadState.NeedsRetry(new Retries(1, Optional.empty(), 1), "Because."));
    }

    @Test
    void tooLittleRoom_isBegunAnewWithMore() {
      assertThat(classify(asked(failed(Cause.OUT_OF_SPACE), PUSHED)))
          .isEqualTo(new UploadState.NeedsRetry(new Retries(1, Optional.empty(), 3), "Because."));
    }

    @Test
    void tooLittleRoomInALargerClaim_ends() {
      // given
      var request = annotated(in("Accepted"), Keys.RETRIES, Retries.NONE.withMoreRoom().text());

      // then
      assertThat(classify(Seen.of(request).backup(failed(Cause.OUT_OF_SPACE), PUSHED)))
          .isEqualTo(
              new UploadState.Failing(
                  "Because, although the claim was three times as large as at first; make the setting backup.leastClaim larger."));
      assertThat(classify(Seen.of(request).backup(failed(Cause.OUT_OF_SPACE), PULLED).mover(RUNS)))
          .isEqualTo(
              new UploadState.Failing(
                  "Because, although the claim was three times as large as at first; make the setting backup.scratchPercent larger."));
    }

    @Test
    void anotherFailure_ends() {
      assertThat(classify(asked(failed(Cause.JOB_FAILED), PUSHED)))
          .isEqualTo(new UploadState.Failing("Because."));
    }

    @ParameterizedTest
    @EnumSource(
        value = Cause.class,
        names = {
          "SOURCE_LOST",
          "SOURCE_UNHEALTHY",
          "DELETED_BEFORE_START",
          "ABORTED",
          "OUT_OF_SPACE"
        })
    void theLastTry_fails(Cause cause) {
      // given
      var request = annotated(in("Accepted"), Keys.RETRIES, "{\"count\": 2}");

      // then
      assertThat(classify(Seen.of(request).backup(failed(cause), PUSHED)))
          .isEqualTo(new UploadState.Failing("Because. (try 3)"));
    }
  }

  @Nested
  class WithAMover {
    @Test
    void itsWait_isToldAndEnds() {
      // given
      var waits = new MoverState.Waiting(NOW, "0/3 nodes are available.");
      var seen =
          Seen.of(in("Prepared")).backup(READABLE, PULLED).export(Optional.of(EXPORT)).mover(waits);

      // then
      assertThat(classify(seen)).isEqualTo(new UploadState.AwaitingMover(""));
      assertThat(classify(seen, NOW.plusSeconds(21)))
          .isEqualTo(new UploadState.AwaitingMover("0/3 nodes are available."));
      assertThat(classify(seen, NOW.plus(PREPARE)))
          .isEqualTo(
              new UploadState.Failing(
                  "The mover did not run after 30 min: 0/3 nodes are available."));
    }

    @Test
    void aWaitThatIsTold_isToldOn_alsoWhereALongerOneIsUsualNow() {
      // given
      var told =
          SomeUpload.with(
              SomeUpload.ended("Prepared", ACCEPTED), "As it was.", "Full backup. No node.");
      var seen =
          Seen.of(told)
              .backup(READABLE, PULLED)
              .export(Optional.of(EXPORT))
              .mover(new MoverState.Waiting(NOW, "0/3 nodes are available."));

      // then
      assertThat(classify(seen, NOW.plusSeconds(19)))
          .isEqualTo(new UploadState.AwaitingMover("0/3 nodes are available."));
    }

    @Test
    void oneThatHasRun_isKubernetesToRunAgain() {
      assertThat(classify(reading(new MoverState.Waiting(NOW, "")), NOW.plus(PREPARE)))
          .isEqualTo(new UploadState.AwaitingMover(""));
    }

    @Test
    void itsProgress_isTold() {
      // given
      var progress = Optional.of(new TransferStatus.Progress(100, 7));

      // then
      assertThat(classify(reading(new MoverState.Running(progress))))
          .isEqualTo(new UploadState.Moving(progress));
    }

    @Test
    void itsDeath_isAFailure() {
      assertThat(classify(reading(new MoverState.Died("OOMKilled, exit code 137"))))
          .isEqualTo(new UploadState.Failing("The mover died: OOMKilled, exit code 137."));
    }

    @Test
    void itsWords_areTheFailures() {
      assertThat(
              classify(
                  reading(
                      new MoverState.Ended(
                          new Outcome.Failed(
                              FailureKind.ACCESS_DENIED, "Denied.", Optional.empty())))))
          .isEqualTo(new UploadState.Failing("Denied.", FailureKind.ACCESS_DENIED));
      assertThat(classify(reading(new MoverState.Ended(new Outcome.Canceled("By a signal.")))))
          .isEqualTo(new UploadState.Failing("By a signal.", FailureKind.CANCELED));
    }

    @ParameterizedTest
    @EnumSource(
        value = FailureKind.class,
        names = {"CHAIN_BROKEN", "CORRUPT_BACKUP"})
    void aChainThatBrokeMeanwhile_makesAFullOnce(FailureKind kind) {
      // given
      var broken =
          new MoverState.Ended(new Outcome.Failed(kind, "Image a is gone.", Optional.empty()));
      var before = annotated(in("InProgress"), Keys.RETRIES, asFull().text());

      // then
      assertThat(classify(reading(broken).backup(READABLE, PULLED_INCREMENT)))
          .isEqualTo(new UploadState.NeedsRetry(asFull(), "Image a is gone."));
      assertThat(classify(Seen.of(before).backup(READABLE, PULLED_INCREMENT).mover(broken)))
          .isEqualTo(new UploadState.Failing("Image a is gone.", kind));
      assertThat(classify(reading(broken).backup(READABLE, PULLED)))
          .isEqualTo(new UploadState.Failing("Image a is gone.", kind));
    }

    private static Retries asFull() {
      return new Retries(1, Optional.of(FullReason.CHAIN_BROKEN), 1);
    }

    @Test
    void aReportOfSomethingElse_isAFailure() {
      // given
      var restore = new RestoreReport(SomeBackup.ROOT, 1, 1, 1, 1, 0, true);

      // then
      assertThat(classify(reading(new MoverState.Ended(new Outcome.Completed(restore)))))
          .isEqualTo(
              new UploadState.Failing(
                  "The mover reports something that is not a backup.", FailureKind.INTERNAL));
    }

    @Test
    void tooLittleRoomUnderIt_isBegunAnewWithMore() {
      assertThat(classify(reading(RUNS).backup(failed(Cause.OUT_OF_SPACE), PULLED)))
          .isEqualTo(new UploadState.NeedsRetry(new Retries(1, Optional.empty(), 3), "Because."));
    }

    static Stream<MoverState> living() {
      return Stream.of(RUNS, new MoverState.Waiting(NOW, ""));
    }

    @ParameterizedTest
    @MethodSource("living")
    void aPullThatEndsUnderIt_isBegunAnew(MoverState mover) {
      assertRetries(reading(mover).backup(COMPLETE, PULLED), "while its data was read");
      assertRetries(reading(mover).backup(failed(Cause.JOB_FAILED), PULLED), "Because.");
      assertRetries(reading(mover).withoutBackup(), "was deleted while");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatDoesNotTouchTheData_goesOn(boolean isPrepared) {
      // given
      var backup =
          isPrepared
              ? SomeBackup.in(new VmBackupState.PreparingExport())
              : SomeBackup.in(new VmBackupState.Waiting(Optional.of("BackupTracker t is gone")));

      // then
      assertThat(classify(reading(RUNS).backup(backup, PULLED)))
          .isEqualTo(new UploadState.Moving(Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("living")
    void aTrackerThatIsDeletedUnderIt_hidesNothingOfIt(MoverState mover) {
      // given
      var seen = reading(mover).source(JobSource.TRACKER_GONE);

      // when
      var state = classify(seen);

      // then
      assertThat(state).isEqualTo(classify(reading(mover)));
      assertThat(Decision.decide(seen.look(), state))
          .contains(new Step.MendTracker(PULLED.tracker()));
      assertThat(Decision.decide(reading(mover).look(), state))
          .doesNotContain(new Step.MendTracker(PULLED.tracker()));
    }

    @Test
    void aMoverThatDoesNotRunInTime_isLateAlsoWithoutATracker() {
      // given
      var mover = new MoverState.Waiting(NOW, "No node.");
      var seen = Seen.of(in("Prepared")).backup(READABLE, PULLED).mover(mover);

      // then
      assertThat(
              classify(
                  seen.source(JobSource.TRACKER_GONE),
                  NOW.plus(DEADLINES.schedule()).plusSeconds(1)))
          .isEqualTo(new UploadState.Failing("The mover did not run after 30 min: No node."));
    }

    @Test
    void pushedFiles_areThereWhateverKubeVirtSays() {
      assertThat(classify(reading(RUNS).backup(failed(Cause.SOURCE_LOST), PUSHED).moverOnClaim()))
          .isEqualTo(new UploadState.Moving(Optional.empty()));
    }

    @Test
    void pushedFiles_areCopiedOnWhenSomebodyDeletesTheBackup() {
      // given
      var seen = Seen.of(in("InProgress")).moverOnClaim();

      // then
      assertThat(classify(seen.mover(RUNS))).isEqualTo(new UploadState.Moving(Optional.empty()));
      assertThat(classify(seen.mover(new MoverState.Waiting(NOW, ""))))
          .isEqualTo(new UploadState.AwaitingMover(""));
      assertThat(classify(seen.mover(new MoverState.Died("x"))))
          .isEqualTo(new UploadState.Failing("The mover died: x."));
      assertThat(classify(seen.mover(DONE))).isEqualTo(new UploadState.Succeeded(REPORT));
    }

    static Stream<Seen> upset() {
      return Stream.of(
          Seen.of(in("InProgress")).backup(READABLE, PULLED),
          Seen.of(in("InProgress")).backup(COMPLETE, PULLED),
          Seen.of(in("InProgress")).backup(failed(Cause.SOURCE_LOST), PULLED),
          Seen.of(in("InProgress")),
          Seen.of(canceled(in("InProgress"))).backup(READABLE, PULLED).own("Job a"),
          Seen.of(deleted(in("InProgress"))).backup(READABLE, PULLED).own("Job a"),
          Seen.of(in("Canceling")).own("Job a"));
    }

    @ParameterizedTest
    @MethodSource("upset")
    void anEndThatItTellsItself_isWaitedForWhateverBecomesOfTheVmOrIsWanted(Seen seen) {
      assertThat(classify(seen.mover(TELLS_DONE)))
          .isEqualTo(new UploadState.AwaitingJob(Optional.empty()));
    }

    @ParameterizedTest
    @MethodSource("upset")
    void anEndThatKubernetesNeverSees_countsAfterAMinute(Seen seen) {
      // given
      seen.mover(TELLS_DONE).tried(OwnWork.SEE_END, NOW);

      // then
      assertThat(classify(seen, NOW.plusSeconds(60))).isInstanceOf(UploadState.AwaitingJob.class);
      assertThat(classify(seen, NOW.plusSeconds(61))).isEqualTo(classify(seen.mover(DONE)));
    }

    @Test
    void anEndOfSomethingElse_isNotWaitedFor() {
      // given
      var restore = new RestoreReport(SomeBackup.ROOT, 1, 1, 1, 1, 0, true);

      // then
      assertThat(
              classify(
                  reading(new MoverState.Ending(new Outcome.Completed(restore), Optional.empty()))))
          .isEqualTo(new UploadState.Moving(Optional.empty()));
    }

    @Test
    void anEnd_isCommittedBeforeItIsTold() {
      assertThat(classify(reading(DONE))).isEqualTo(new UploadState.NeedsCommit(REPORT));
      assertThat(classify(reading(DONE).withoutBackup()))
          .isEqualTo(new UploadState.Succeeded(REPORT));
    }

    @Test
    void aCommitThatNeverComes_isNotWaitedForForEver() {
      assertThat(classify(reading(DONE), ACCEPTED.plus(Duration.ofHours(25))))
          .isEqualTo(new UploadState.Succeeded(REPORT));

      // and a controller that has asked for it all the while waits less
      var asked = reading(DONE).tried(OwnWork.COMMIT, ACCEPTED);
      assertThat(classify(asked, ACCEPTED.plus(DEADLINES.cleanup())))
          .isEqualTo(new UploadState.NeedsCommit(REPORT));
      assertThat(classify(asked, ACCEPTED.plus(DEADLINES.cleanup()).plusSeconds(1)))
          .isEqualTo(new UploadState.Succeeded(REPORT));
    }

    @Test
    void anEndThatIsPublished_countsWhateverElseIsWanted() {
      assertThat(classify(Seen.of(canceled(in("InProgress"))).backup(READABLE, PULLED).mover(DONE)))
          .isEqualTo(new UploadState.NeedsCommit(REPORT));
      assertThat(classify(Seen.of(deleted(in("InProgress"))).mover(DONE)))
          .isEqualTo(new UploadState.Succeeded(REPORT));
    }

    @Test
    void aClockThatJumps_movesDeadlinesAndNothingElse() {
      // given
      var waiting = asked(waiting("PVC orders/x doesnt exist"), PULLED);
      var moving = reading(RUNS);
      var yearBefore = CREATED.minus(Duration.ofDays(365));
      var yearAfter = CREATED.plus(Duration.ofDays(365));

      // then
      assertThat(classify(waiting, yearBefore)).isEqualTo(classify(waiting));
      assertThat(classify(moving, yearBefore)).isEqualTo(classify(moving));
      assertThat(classify(moving, yearAfter)).isInstanceOf(UploadState.Failing.class);
      assertThat(classify(reading(DONE), yearAfter)).isInstanceOf(UploadState.Succeeded.class);
    }

    private Seen reading(MoverState mover) {
      return Seen.of(in("InProgress"))
          .backup(READABLE, PULLED)
          .export(Optional.of(EXPORT))
          .mover(mover);
    }
  }

  @Nested
  class WhenItIsToStop {
    static Stream<Arguments> unfinished() {
      return Stream.of("Accepted", "Prepared", "InProgress", "Canceling")
          .flatMap(
              phase ->
                  Stream.of(
                      arguments(named(phase + ", canceled", canceled(in(phase)))),
                      arguments(named(phase + ", deleted", deleted(in(phase))))));
    }

    private static Named<Object> named(String name, Object request) {
      return Named.of(name, request);
    }

    @ParameterizedTest
    @MethodSource("unfinished")
    void itStopsInEveryPhase_andIsStoppedWhenNothingIsLeft(DataUpload request) {
      assertThat(classify(Seen.of(request).backup(READABLE, PULLED).mover(RUNS).own("Job a")))
          .isEqualTo(new UploadState.Stopping());
      assertThat(classify(Seen.of(request).earlier("Job b"))).isEqualTo(new UploadState.Stopping());
      assertThat(classify(Seen.of(request))).isEqualTo(new UploadState.Stopped());
    }

    @Test
    void oneThatNobodyHasTaken_isStoppedAtOnce() {
      assertThat(classify(Seen.of(canceled(untouched())))).isEqualTo(new UploadState.Stopped());
      assertThat(classify(Seen.of(deleted(untouched())))).isEqualTo(new UploadState.Stopped());
    }

    @Test
    void whatDoesNotGo_isWaitedForUntilTheDeadline() {
      // given
      var seen = Seen.of(canceled(in("Canceling"))).own("Job a");

      // then
      assertThat(classify(seen, ACCEPTED.plus(Duration.ofHours(1))))
          .isEqualTo(new UploadState.Stopping());
      seen.tried(OwnWork.STOP, ACCEPTED);
      assertThat(classify(seen, ACCEPTED.plus(Duration.ofMinutes(15))))
          .isEqualTo(new UploadState.Stopping());
      assertThat(classify(seen, ACCEPTED.plus(Duration.ofMinutes(16))))
          .isEqualTo(new UploadState.Stopped());
    }

    @Test
    void stopping_isNotTakenBack() {
      assertThat(classify(Seen.of(in("Canceling")))).isEqualTo(new UploadState.Stopped());
    }
  }

  @Nested
  class WhenItHasEnded {
    @ParameterizedTest
    @EnumSource(
        value = TransferPhase.class,
        names = {"COMPLETED", "FAILED", "CANCELED"})
    void itCleansUpUntilTheDeadline(TransferPhase end) {
      // given
      var request = canceled(ended(end.spelling(), NOW));
      var seen = Seen.of(request).mover(DONE).own("Job velero/a", "Pod b").earlier("Claim c");

      // then
      assertThat(classify(seen)).isEqualTo(new UploadState.CleaningUp(end));
      assertThat(classify(seen, NOW.plus(Duration.ofHours(1))))
          .isEqualTo(new UploadState.CleaningUp(end));
      seen.tried(OwnWork.CLEAN_UP, NOW);
      assertThat(classify(seen, NOW.plus(Duration.ofMinutes(16))))
          .isEqualTo(new UploadState.GivingUp(end, "Job velero/a, Pod b, Claim c"));
      assertThat(classify(Seen.of(request))).isEqualTo(new UploadState.Done(end));
    }
  }

  private static Seen asked(VmBackup backup, BackupPlan plan) {
    return Seen.of(in("Accepted")).backup(backup, plan);
  }

  private static VmBackup waiting(String why) {
    return SomeBackup.of(
        new VmBackupState.Waiting(Optional.of(why).filter(text -> !text.isEmpty())),
        Optional.empty(),
        Optional.empty());
  }

  private static VmBackup failed(Cause cause) {
    return SomeBackup.in(new VmBackupState.Failed(cause, "Because."));
  }

  private static void assertRetries(Seen seen, String why) {
    assertThat(classify(seen))
        .asInstanceOf(type(UploadState.NeedsRetry.class))
        .satisfies(
            state -> {
              assertThat(state.next()).isEqualTo(new Retries(1, Optional.empty(), 1));
              assertThat(state.why()).contains(why);
            });
  }

  private static UploadState classify(Seen seen) {
    return classify(seen, NOW);
  }

  private static UploadState classify(Seen seen, Instant now) {
    return Classifier.classify(seen.look(), DEADLINES, now);
  }
}
