// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.velero.TransferPhase.ACCEPTED;
import static io.virtmover.controller.velero.TransferPhase.CANCELED;
import static io.virtmover.controller.velero.TransferPhase.CANCELING;
import static io.virtmover.controller.velero.TransferPhase.COMPLETED;
import static io.virtmover.controller.velero.TransferPhase.FAILED;
import static io.virtmover.controller.velero.TransferPhase.IN_PROGRESS;
import static io.virtmover.controller.velero.TransferPhase.PREPARED;

import io.virtmover.cluster.SnapshotId;
import io.virtmover.cluster.VmBackup;
import io.virtmover.controller.Keys;
import io.virtmover.controller.mover.MoverRefusals;
import io.virtmover.controller.report.Change;
import io.virtmover.controller.report.Ending;
import io.virtmover.controller.report.ToldWait;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.domain.BackupType;
import io.virtmover.transfer.BackUpReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is to be done in a state. */
final class Decision {
  /** For waits that a watch ends as a rule: what it misses is found then. */
  private static final Duration SELDOM = Duration.ofSeconds(60);

  private static final Duration OFTEN = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofSeconds(1);

  /** Between two tries of what Kubernetes refuses, or the store does not answer. */
  private static final Duration LATER = Duration.ofSeconds(30);

  private Decision() {}

  static List<Step> decide(Observation seen, UploadState state) {
    var request = seen.request();
    return switch (state) {
      case UploadState.New() ->
          List.of(new Step.Write(Change.to(ACCEPTED, seen.obstacle().orElse(""))));
      case UploadState.Queued(var why) ->
          List.of(
              new Step.Write(Change.to(ACCEPTED, why)),
              new Step.Release(),
              new Step.Recheck(SELDOM));
      case UploadState.NeedsBackup(var isSlow) ->
          List.of(new Step.AskKubeVirt(isSlow), new Step.Recheck(SELDOM));
      case UploadState.ClearingEarlier() ->
          List.of(new Step.ClearEarlier(), new Step.Recheck(OFTEN));
      case UploadState.Preparing(var why) ->
          why.isEmpty() && !UploadWords.isWaitTold(request)
              ? List.of(new Step.Recheck(OFTEN))
              : List.of(
                  new Step.Write(Change.to(ACCEPTED, why.orElse(""))), new Step.Recheck(OFTEN));
      case UploadState.NeedsTracker(var name) ->
          List.of(
              new Step.MakeTracker(name),
              new Step.Tell(true, "TrackerMade", UploadWords.trackerMade(name)),
              new Step.Recheck(OFTEN));
      case UploadState.Unread(var why) ->
          List.of(
              new Step.Write(Change.to(ACCEPTED, ToldWait.STORE.message(request, why))),
              new Step.Recheck(LATER));
      case UploadState.Refused(var why) ->
          List.of(
              new Step.Write(Change.to(request.phase(), UploadWords.refused(request, why))),
              new Step.Recheck(LATER));
      case UploadState.NeedsClaim(var isSlow) ->
          List.of(new Step.MoveClaim(isSlow), new Step.Recheck(SOON));
      case UploadState.NeedsMover(var backup, var plan, var export) ->
          Stream.of(
                  Stream.of(new Step.StartMover(backup, plan, export)),
                  surprise(backup, plan).stream(),
                  Stream.of(
                      new Step.Write(Change.to(PREPARED, BackupKind.of(backup, plan).text()))))
              .<Step>flatMap(steps -> steps)
              .toList();
      case UploadState.AwaitingMover(var why) ->
          withMover(
              seen,
              Optional.of(why)
                  .filter(text -> !text.isEmpty() || UploadWords.isWaitTold(request))
                  .map(text -> "%s %s".formatted(kind(seen), text).strip())
                  .map(text -> MoverRefusals.steady(request, text))
                  .map(text -> Change.to(awaiting(request), text)));
      case UploadState.Moving(var progress) -> withMover(seen, Optional.of(moving(seen, progress)));
      case UploadState.AwaitingJob(var progress) ->
          request.phase() == CANCELING
              ? List.of(new Step.Recheck(OFTEN))
              : withMover(seen, Optional.of(moving(seen, progress)));
      case UploadState.NeedsCommit(_) -> List.of(new Step.DeleteBackup(), new Step.Recheck(OFTEN));
      case UploadState.Succeeded(var report) -> succeeded(seen, report);
      case UploadState.NeedsRetry(var next, var why) ->
          List.of(
              new Step.Write(
                  Change.to(ACCEPTED, UploadWords.beginsAnew(why))
                      .annotated(Keys.RETRIES, next.text())),
              new Step.Tell(true, "BackupRetried", why));
      case UploadState.Failing(var why, var kind) ->
          List.of(
              new Step.Write(Change.to(FAILED, why).ending(ending(seen).failedBy(kind))),
              new Step.Tell(true, "BackupFailed", why));
      case UploadState.Stopping() ->
          List.of(
              new Step.Write(Change.to(CANCELING, "The backup is being stopped.")),
              new Step.CleanUp(),
              new Step.Recheck(OFTEN));
      case UploadState.Stopped() ->
          List.of(
              new Step.Write(Change.to(CANCELED, stopped(request)).ending(ending(seen))),
              new Step.Release());
      case UploadState.CleaningUp(_) -> List.of(new Step.CleanUp(), new Step.Recheck(OFTEN));
      case UploadState.GivingUp(var end, var left) ->
          List.of(
              new Step.LetGo(),
              release(request, end),
              new Step.Tell(true, "CleanUpFailed", stillThere(left)),
              new Step.Release());
      case UploadState.Done(var end) ->
          List.of(
              new Step.GiveUpSlot(),
              new Step.GiveBack(),
              new Step.Release(),
              new Step.EndUploads(),
              release(request, end));
    };
  }

  private static List<Step> withMover(Observation seen, Optional<Change> change) {
    return Stream.of(
            change.map(Step.Write::new),
            seen.backup()
                .filter(_ -> seen.source() == JobSource.TRACKER_GONE)
                .map(own -> new Step.MendTracker(own.plan().tracker())),
            Optional.of(new Step.Recheck(OFTEN)))
        .<Step>flatMap(Optional::stream)
        .toList();
  }

  /** What an event tells of what did not go in time. */
  static String stillThere(String left) {
    return "Still there after the deadline: " + left + ".";
  }

  private static Step release(DataUpload request, TransferPhase end) {
    return new Step.Write(Change.to(end, request.told()).released());
  }

  private static String stopped(DataUpload request) {
    return request.isDeleting()
        ? "The backup was stopped because its DataUpload was deleted."
        : "The backup was stopped on request.";
  }

  private static Change moving(Observation seen, Optional<TransferStatus.Progress> progress) {
    var change = Change.to(IN_PROGRESS, kind(seen));
    return progress.filter(done -> done.totalBytes() > 0).map(change::with).orElse(change);
  }

  private static String kind(Observation seen) {
    return seen.backup()
        .map(own -> BackupKind.of(own.backup(), own.plan()))
        .or(() -> BackupKind.read(seen.request().told()).kind())
        .map(BackupKind::text)
        .orElse("");
  }

  /** One that has run is run again by Kubernetes: that is no step back. */
  private static TransferPhase awaiting(DataUpload request) {
    return request.phase() == IN_PROGRESS ? IN_PROGRESS : PREPARED;
  }

  /** The fulls that were planned were told when they were planned. */
  private static Optional<Step> surprise(VmBackup backup, BackupPlan plan) {
    return BackupKind.of(backup, plan)
        .reason()
        .filter(_ -> !plan.isFull())
        .map(
            reason ->
                new Step.Tell(
                    false,
                    "FullBackup",
                    "The backup is a full (%s): KubeVirt read everything although an increment was asked for."
                        .formatted(reason.spelling())));
  }

  /** The message so far tells it when the VirtualMachineBackup is gone. */
  private static Ending ending(Observation seen) {
    return seen.backup()
        .map(own -> BackupKind.of(own.backup(), own.plan()))
        .or(() -> BackupKind.read(seen.request().told()).kind())
        .map(kind -> kind.ending(List.of()))
        .orElse(Ending.UNKNOWN);
  }

  private static List<Step> succeeded(Observation seen, BackUpReport report) {
    var request = seen.request();
    var stored = report.disks().stream().mapToLong(BackUpReport.Disk::bytesStored).sum();
    var read = report.disks().stream().mapToLong(BackUpReport.Disk::bytesRead).sum();
    var known =
        report.disks().isEmpty()
            ? Optional.ofNullable(request.status().progress())
            : Optional.<TransferStatus.Progress>empty();
    var kind = kind(request, report);
    return List.of(
        new Step.Write(
            Change.to(COMPLETED, kind.text())
                .with(known.orElse(new TransferStatus.Progress(read, read)))
                .withResult(
                    new SnapshotId(report.backup(), report.vm(), Optional.empty()).toString(),
                    stored)
                .ending(kind.ending(report.chain()))),
        new Step.Tell(false, "BackupCompleted", kind.text()));
  }

  /** The message so far says why it is a full, and whether the guest was frozen. */
  private static BackupKind kind(DataUpload request, BackUpReport report) {
    var told = BackupKind.read(request.told()).kind();
    var isUnfrozen = told.filter(BackupKind::isUnfrozen).isPresent();
    return report.type() == BackupType.INCREMENTAL
        ? BackupKind.increment(report).unfrozen(isUnfrozen)
        : told.filter(kind -> kind.type() == BackupType.FULL)
            .orElseGet(() -> BackupKind.full(Optional.empty()).unfrozen(isUnfrozen));
  }
}
