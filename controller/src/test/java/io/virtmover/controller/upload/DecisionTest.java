// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeBackup.EXPORT;
import static io.virtmover.controller.upload.SomeBackup.PULLED;
import static io.virtmover.controller.upload.SomeBackup.PULLED_INCREMENT;
import static io.virtmover.controller.upload.SomeBackup.REPORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmBackupState;
import io.virtmover.controller.Keys;
import io.virtmover.controller.report.Change;
import io.virtmover.controller.report.Ending;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.BackUpReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionTest {
  private static final VmBackup READABLE = SomeBackup.in(new VmBackupState.ExportReady());
  private static final Step SOON = new Step.Recheck(Duration.ofSeconds(1));
  private static final Step OFTEN = new Step.Recheck(Duration.ofSeconds(5));
  private static final Step SELDOM = new Step.Recheck(Duration.ofSeconds(60));
  private static final Step RELEASE = new Step.Release();
  private static final Retries AGAIN = Retries.NONE.withMoreRoom();
  private static final Ending FIRST =
      new Ending(
          Optional.of(BackupType.FULL),
          Optional.of(FullReason.FIRST_BACKUP),
          OptionalInt.empty(),
          Optional.empty());
  private static final TransferStatus.Progress PROGRESS = new TransferStatus.Progress(100, 7);

  static Stream<Arguments> states() {
    return Stream.of(
        arguments(new UploadState.New(), List.of(write(TransferPhase.ACCEPTED, ""))),
        arguments(
            new UploadState.Queued("Waits."),
            List.of(write(TransferPhase.ACCEPTED, "Waits."), RELEASE, SELDOM)),
        arguments(new UploadState.NeedsBackup(true), List.of(new Step.AskKubeVirt(true), SELDOM)),
        arguments(new UploadState.ClearingEarlier(), List.of(new Step.ClearEarlier(), OFTEN)),
        arguments(new UploadState.Preparing(Optional.empty()), List.of(OFTEN)),
        arguments(
            new UploadState.Preparing(Optional.of("Why.")),
            List.of(write(TransferPhase.ACCEPTED, "Why."), OFTEN)),
        arguments(
            new UploadState.NeedsTracker("vmbt-web-7"),
            List.of(
                new Step.MakeTracker("vmbt-web-7"),
                new Step.Tell(
                    true,
                    "TrackerMade",
                    "VirtualMachineBackupTracker vmbt-web-7 was deleted while KubeVirt needed it; it is made again."),
                OFTEN)),
        arguments(
            new UploadState.Unread("The store does not answer."),
            List.of(
                write(TransferPhase.ACCEPTED, "Waits for the store: The store does not answer."),
                new Step.Recheck(Duration.ofSeconds(30)))),
        arguments(
            new UploadState.Refused("exceeded quota: q"),
            List.of(
                write(
                    TransferPhase.ACCEPTED,
                    "Kubernetes refuses what the backup needs: exceeded quota: q"),
                new Step.Recheck(Duration.ofSeconds(30)))),
        arguments(new UploadState.NeedsClaim(false), List.of(new Step.MoveClaim(false), SOON)),
        arguments(new UploadState.NeedsClaim(true), List.of(new Step.MoveClaim(true), SOON)),
        arguments(
            new UploadState.NeedsMover(READABLE, PULLED, Optional.of(EXPORT)),
            List.of(
                new Step.StartMover(READABLE, PULLED, Optional.of(EXPORT)),
                write(TransferPhase.PREPARED, "Full backup (FirstBackup)."))),
        arguments(new UploadState.AwaitingMover(""), List.of(OFTEN)),
        arguments(
            new UploadState.AwaitingMover("No node."),
            List.of(write(TransferPhase.PREPARED, "Full backup (FirstBackup). No node."), OFTEN)),
        arguments(
            new UploadState.Moving(Optional.empty()),
            List.of(write(TransferPhase.IN_PROGRESS, "Full backup (FirstBackup)."), OFTEN)),
        arguments(
            new UploadState.Moving(Optional.of(PROGRESS)),
            List.of(
                new Step.Write(
                    Change.to(TransferPhase.IN_PROGRESS, "Full backup (FirstBackup).")
                        .with(PROGRESS)),
                OFTEN)),
        arguments(
            new UploadState.AwaitingJob(Optional.of(PROGRESS)),
            List.of(
                new Step.Write(
                    Change.to(TransferPhase.IN_PROGRESS, "Full backup (FirstBackup).")
                        .with(PROGRESS)),
                OFTEN)),
        arguments(new UploadState.NeedsCommit(REPORT), List.of(new Step.DeleteBackup(), OFTEN)),
        arguments(
            new UploadState.NeedsRetry(AGAIN, "Why."),
            List.of(
                new Step.Write(
                    Change.to(TransferPhase.ACCEPTED, "Begins anew: Why.")
                        .annotated(Keys.RETRIES, AGAIN.text())),
                new Step.Tell(true, "BackupRetried", "Why."))),
        arguments(
            new UploadState.Failing("Why.", FailureKind.CORRUPT_SOURCE),
            List.of(
                new Step.Write(
                    Change.to(TransferPhase.FAILED, "Why.")
                        .ending(FIRST.failedBy(FailureKind.CORRUPT_SOURCE))),
                new Step.Tell(true, "BackupFailed", "Why."))),
        arguments(
            new UploadState.Stopping(),
            List.of(
                new Step.Write(Change.to(TransferPhase.CANCELING, "The backup is being stopped.")),
                new Step.CleanUp(),
                OFTEN)),
        arguments(
            new UploadState.Stopped(),
            List.of(
                new Step.Write(
                    Change.to(TransferPhase.CANCELED, "The backup was stopped on request.")
                        .ending(FIRST)),
                RELEASE)),
        arguments(
            new UploadState.CleaningUp(TransferPhase.FAILED), List.of(new Step.CleanUp(), OFTEN)));
  }

  @ParameterizedTest
  @MethodSource("states")
  void everyState_hasItsSteps(UploadState state, List<Step> steps) {
    // given
    var seen = Seen.of(SomeUpload.in("Accepted")).backup(READABLE, PULLED).look();

    // then
    assertThat(Decision.decide(seen, state)).isEqualTo(steps);
    assertThat(steps).filteredOn(Step.Write.class::isInstance).hasSizeLessThan(2);
  }

  @Test
  void whatIsLetGo_keepsItsEndAndItsWords() {
    // given
    var seen = Seen.of(SomeUpload.ended("Failed", Instant.parse("2026-03-01T03:00:00Z"))).look();
    var released = new Step.Write(Change.to(TransferPhase.FAILED, "As it was.").released());

    // then
    assertThat(Decision.decide(seen, new UploadState.Done(TransferPhase.FAILED)))
        .containsExactly(
            new Step.GiveUpSlot(), new Step.GiveBack(), RELEASE, new Step.EndUploads(), released);
    assertThat(Decision.decide(seen, new UploadState.GivingUp(TransferPhase.FAILED, "Job a")))
        .containsExactly(
            new Step.LetGo(),
            released,
            new Step.Tell(true, "CleanUpFailed", "Still there after the deadline: Job a."),
            RELEASE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Kubernetes refuses what the backup needs: exceeded quota",
        "vm web-7 is not running, cannot do backup"
      })
  void aWaitThatIsOver_isNotToldOn(String message) {
    assertThat(
            Decision.decide(
                Seen.of(told("Accepted", message)).look(),
                new UploadState.Preparing(Optional.empty())))
        .containsExactly(write(TransferPhase.ACCEPTED, ""), OFTEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Comes after DataUpload du-0 of the same VM.",
        "Comes after other transfers: no slot was free.",
        "Begins anew: The VM was restarted while KubeVirt backed it up.",
        "Full backup (FirstBackup)."
      })
  void whatStaysTrue_isNotWrittenAnew(String message) {
    assertThat(
            Decision.decide(
                Seen.of(told("Accepted", message)).look(),
                new UploadState.Preparing(Optional.empty())))
        .containsExactly(OFTEN);
  }

  @Test
  void aMoverThatWaitsForNothingMoreThatIsKnown_isNotSaidToWaitForIt() {
    // given
    var seen =
        Seen.of(told("Prepared", "Full backup (FirstBackup). No node."))
            .backup(READABLE, PULLED)
            .look();

    // then
    assertThat(Decision.decide(seen, new UploadState.AwaitingMover("")))
        .containsExactly(write(TransferPhase.PREPARED, "Full backup (FirstBackup)."), OFTEN);
  }

  private static DataUpload told(String phase, String message) {
    return SomeUpload.with(SomeUpload.ended(phase, SomeUpload.ACCEPTED), "As it was.", message);
  }

  @Test
  void aDeletedRequest_saysThatItWasDeleted() {
    // given
    var seen = Seen.of(SomeUpload.deleted(SomeUpload.in("Accepted"))).look();

    // then
    assertThat(Decision.decide(seen, new UploadState.Stopped()))
        .containsExactly(
            write(
                TransferPhase.CANCELED,
                "The backup was stopped because its DataUpload was deleted."),
            RELEASE);
  }

  /** Its own write is the next look: a message that grows would never end. */
  @Test
  void aWaitWhoseBackupIsGone_isToldOnce() {
    // given
    var state = new UploadState.AwaitingMover("No node.");
    var request = SomeUpload.in("Prepared");
    var told = "Full backup (FirstBackup). No node.";

    // then
    for (var message : List.of("Full backup (FirstBackup).", told)) {
      var phase = "phase: \"Prepared\"";
      var before =
          SomeUpload.with(request, phase, phase + "\n  message: \"%s\"".formatted(message));
      var seen = Seen.of(before).look();
      assertThat(Decision.decide(seen, state))
          .containsExactly(write(TransferPhase.PREPARED, told), OFTEN);
    }
  }

  @Test
  void aMoverThatHasRun_waitsInProgress() {
    // given
    var seen = Seen.of(SomeUpload.in("InProgress")).backup(READABLE, PULLED).look();

    // then
    assertThat(Decision.decide(seen, new UploadState.AwaitingMover("No node.")))
        .containsExactly(
            write(TransferPhase.IN_PROGRESS, "Full backup (FirstBackup). No node."), OFTEN);
  }

  @Test
  void aFullThatWasToBeAnIncrement_isToldAsOne() {
    // given
    var seen = Seen.of(SomeUpload.in("Accepted")).backup(READABLE, PULLED_INCREMENT).look();

    // then
    assertThat(Decision.decide(seen, new UploadState.Moving(Optional.empty())))
        .contains(write(TransferPhase.IN_PROGRESS, "Full backup (ChangesUnknown)."));
  }

  @Test
  void aFullThatKubeVirtMakesOfAnIncrement_isToldWithItsReason() {
    // given
    var seen = Seen.of(SomeUpload.in("Accepted")).backup(READABLE, PULLED_INCREMENT).look();
    var state = new UploadState.NeedsMover(READABLE, PULLED_INCREMENT, Optional.of(EXPORT));

    // then
    assertThat(Decision.decide(seen, state))
        .containsExactly(
            new Step.StartMover(READABLE, PULLED_INCREMENT, Optional.of(EXPORT)),
            new Step.Tell(
                false,
                "FullBackup",
                "The backup is a full (ChangesUnknown): KubeVirt read everything although an increment was asked for."),
            write(TransferPhase.PREPARED, "Full backup (ChangesUnknown)."));
  }

  @Test
  void anIncrement_isToldAsOne() {
    // given
    var backup =
        SomeBackup.of(
            new VmBackupState.ExportReady(),
            Optional.of(BackupType.INCREMENTAL),
            Optional.of(SomeBackup.CHECKPOINT));
    var seen = Seen.of(SomeUpload.in("Accepted")).backup(backup, PULLED_INCREMENT).look();

    // then
    assertThat(Decision.decide(seen, new UploadState.Moving(Optional.empty())))
        .contains(write(TransferPhase.IN_PROGRESS, "Incremental backup."));
  }

  @Test
  void aDiskThatIsBackedUpWhole_isNamed() {
    // given
    var backup =
        SomeBackup.of(
            new VmBackupState.ExportReady(),
            Optional.of(BackupType.INCREMENTAL),
            Optional.of(SomeBackup.CHECKPOINT),
            Optional.of(BackupType.FULL));
    var seen = Seen.of(SomeUpload.in("Accepted")).backup(backup, PULLED_INCREMENT).look();
    var mixed =
        new BackUpReport(
            REPORT.vm(),
            REPORT.backup(),
            REPORT.checkpoint(),
            BackupType.INCREMENTAL,
            REPORT.chain(),
            List.of(
                REPORT.disks().getFirst(),
                SomeBackup.report(BackupType.INCREMENTAL).disks().getLast()),
            List.of(),
            1);

    // then
    assertThat(Decision.decide(seen, new UploadState.Moving(Optional.empty())))
        .contains(write(TransferPhase.IN_PROGRESS, "Incremental backup (all of rootdisk)."));
    assertThat(Decision.decide(seen, new UploadState.Succeeded(mixed)))
        .contains(new Step.Tell(false, "BackupCompleted", "Incremental backup (all of rootdisk)."));
  }

  static Stream<Arguments> successes() {
    return Stream.of(
        arguments(
            REPORT,
            "Full backup (Requested). No node.",
            "Full backup (Requested).",
            full(Optional.of(FullReason.REQUESTED))),
        arguments(REPORT, "Something else.", "Full backup.", full(Optional.empty())),
        arguments(
            SomeBackup.report(BackupType.INCREMENTAL),
            "Full backup (Requested).",
            "Incremental backup.",
            new Ending(
                Optional.of(BackupType.INCREMENTAL),
                Optional.empty(),
                OptionalInt.of(SomeBackup.report(BackupType.INCREMENTAL).chain().size()),
                Optional.empty())));
  }

  @ParameterizedTest
  @MethodSource("successes")
  void aSuccess_saysAllThatARestoreNeeds(
      BackUpReport report, String soFar, String message, Ending ending) {
    // given
    var request =
        SomeUpload.with(SomeUpload.ended("InProgress", SomeUpload.ACCEPTED), "As it was.", soFar);

    // then
    assertThat(Decision.decide(Seen.of(request).look(), new UploadState.Succeeded(report)))
        .containsExactly(
            new Step.Write(
                Change.to(TransferPhase.COMPLETED, message)
                    .with(new TransferStatus.Progress(4196, 4196))
                    .withResult("virtmover:1:night-1/orders/web-7", 1034)
                    .ending(ending)),
            new Step.Tell(false, "BackupCompleted", message));
  }

  private static Ending full(Optional<FullReason> reason) {
    return new Ending(
        Optional.of(BackupType.FULL),
        reason,
        OptionalInt.of(REPORT.chain().size()),
        Optional.empty());
  }

  @Test
  void aShortenedReport_leavesTheProgressAsItWas() {
    // given
    var shortened =
        new BackUpReport(
            REPORT.vm(),
            REPORT.backup(),
            REPORT.checkpoint(),
            REPORT.type(),
            List.of(),
            List.of(),
            List.of(),
            1);
    var request =
        SomeUpload.with(
            SomeUpload.in("InProgress"),
            "phase: \"InProgress\"",
            "phase: InProgress\n  progress: {totalBytes: 100, bytesDone: 99}");

    // then
    assertThat(Decision.decide(Seen.of(request).look(), new UploadState.Succeeded(shortened)))
        .filteredOn(Step.Write.class::isInstance)
        .extracting(step -> ((Step.Write) step).change().progress())
        .containsExactly(Optional.of(new TransferStatus.Progress(100, 99)));
  }

  private static Step write(TransferPhase phase, String message) {
    return new Step.Write(Change.to(phase, message));
  }
}
