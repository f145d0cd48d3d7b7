// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.velero.TransferPhase.ACCEPTED;
import static io.virtmover.controller.velero.TransferPhase.CANCELED;
import static io.virtmover.controller.velero.TransferPhase.CANCELING;
import static io.virtmover.controller.velero.TransferPhase.COMPLETED;
import static io.virtmover.controller.velero.TransferPhase.FAILED;
import static io.virtmover.controller.velero.TransferPhase.IN_PROGRESS;
import static io.virtmover.controller.velero.TransferPhase.PREPARED;

import io.virtmover.cluster.VmBackup;
import io.virtmover.controller.Keys;
import io.virtmover.controller.report.Change;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.SnapshotId;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.transfer.BackUpReport;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is to be done in a state. */
final class Decision {
  /** For waits that a watch ends as a rule: what it misses is found then. */
  private static final Duration SELDOM = Duration.ofSeconds(60);

  private static final Duration OFTEN = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofSeconds(1);

  private Decision() {}

  static List<Step> decide(Observation seen, UploadState state, Instant now) {
    var request = seen.request();
    return switch (state) {
      case UploadState.New() -> List.of(new Step.Write(Change.to(ACCEPTED, "")));
      case UploadState.Queued(var why) ->
          List.of(
              new Step.Write(Change.to(ACCEPTED, why)),
              new Step.Release(),
              new Step.Recheck(SELDOM));
      case UploadState.NeedsBackup() -> List.of(new Step.AskKubeVirt(), new Step.Recheck(SELDOM));
      case UploadState.ClearingEarlier() ->
          List.of(new Step.ClearEarlier(), new Step.Recheck(OFTEN));
      case UploadState.Preparing(var why) ->
          why.isEmpty()
              ? List.of(new Step.Recheck(OFTEN))
              : List.of(new Step.Write(Change.to(ACCEPTED, why.get())), new Step.Recheck(OFTEN));
      case UploadState.NeedsTracker(var name) ->
          List.of(
              new Step.MakeTracker(name),
              new Step.Tell(
                  true,
                  "TrackerMade",
                  "VirtualMachineBackupTracker %s was deleted while KubeVirt needed it; it is made again."
                      .formatted(name)),
              new Step.Recheck(OFTEN));
      case UploadState.NeedsClaim(var isSlow) ->
          List.of(new Step.MoveClaim(isSlow), new Step.Recheck(SOON));
      case UploadState.NeedsMover(var backup, var plan, var export) ->
          Stream.of(
                  Stream.of(new Step.StartMover(backup, plan, export)),
                  surprise(backup, plan).stream(),
                  Stream.of(new Step.Write(Change.to(PREPARED, kind(backup, plan)))))
              .<Step>flatMap(steps -> steps)
              .toList();
      case UploadState.AwaitingMover(var why) ->
          why.isEmpty()
              ? List.of(new Step.Recheck(OFTEN))
              : List.of(
                  new Step.Write(Change.to(PREPARED, "%s %s".formatted(kind(seen), why))),
                  new Step.Recheck(OFTEN));
      case UploadState.Moving(var progress) ->
          List.of(new Step.Write(moving(seen, progress)), new Step.Recheck(OFTEN));
      case UploadState.NeedsCommit(_) -> List.of(new Step.DeleteBackup(), new Step.Recheck(OFTEN));
      case UploadState.Succeeded(var report) -> succeeded(seen, report);
      case UploadState.NeedsRetry(var next, var why) ->
          List.of(
              new Step.Write(
                  Change.to(ACCEPTED, "Begins anew: " + why).annotated(Keys.RETRIES, next.text())),
              new Step.Tell(true, "BackupRetried", why));
      case UploadState.Failing(var why) ->
          List.of(new Step.Write(Change.to(FAILED, why)), new Step.Tell(true, "BackupFailed", why));
      case UploadState.Stopping() ->
          List.of(
              new Step.Write(stopping(request, now)), new Step.CleanUp(), new Step.Recheck(OFTEN));
      case UploadState.Stopped() ->
          List.of(new Step.Write(Change.to(CANCELED, stopped(request))), new Step.Release());
      case UploadState.CleaningUp(_) -> List.of(new Step.CleanUp(), new Step.Recheck(OFTEN));
      case UploadState.GivingUp(var end, var left) ->
          List.of(
              new Step.LetGo(),
              release(request, end),
              new Step.Tell(true, "CleanUpFailed", "Still there after the deadline: " + left + "."),
              new Step.Release());
      case UploadState.Done(var end) ->
          List.of(new Step.GiveBack(), release(request, end), new Step.Release());
    };
  }

  private static Change stopping(DataUpload request, Instant now) {
    var change = Change.to(CANCELING, "The backup is being stopped.");
    return request.annotation(Keys.STOPPING_SINCE).isPresent()
        ? change
        : change.annotated(Keys.STOPPING_SINCE, now.truncatedTo(ChronoUnit.SECONDS).toString());
  }

  private static Step release(DataUpload request, TransferPhase end) {
    var message = Optional.ofNullable(request.status().message()).orElse("");
    return new Step.Write(Change.to(end, message).released());
  }

  private static String stopped(DataUpload request) {
    return request.isDeleting()
        ? "The backup was stopped because its DataUpload was deleted."
        : "The backup was stopped on request.";
  }

  private static Change moving(Observation seen, Optional<TransferStatus.Progress> progress) {
    var change = Change.to(IN_PROGRESS, kind(seen));
    return progress.map(change::with).orElse(change);
  }

  private static String kind(Observation seen) {
    return seen.backup()
        .map(own -> kind(own.backup(), own.plan()))
        .orElseGet(() -> Optional.ofNullable(seen.request().status().message()).orElse(""));
  }

  /** The fulls that were planned were told when they were planned. */
  private static Optional<Step> surprise(VmBackup backup, BackupPlan plan) {
    return isSurprise(backup, plan)
        ? Optional.of(
            new Step.Tell(
                false,
                "FullBackup",
                "The backup is a full (%s): KubeVirt read everything although an increment was asked for."
                    .formatted(FullReason.CHANGES_UNKNOWN.spelling())))
        : Optional.empty();
  }

  private static boolean isSurprise(VmBackup backup, BackupPlan plan) {
    return !plan.isFull() && backup.type().equals(Optional.of(BackupType.FULL));
  }

  /** KubeVirt's word decides: it may have made a full of what was to be an increment. */
  private static String kind(VmBackup backup, BackupPlan plan) {
    return plan.reason()
        .or(
            () ->
                isSurprise(backup, plan)
                    ? Optional.of(FullReason.CHANGES_UNKNOWN)
                    : Optional.empty())
        .map(KindWords::full)
        .orElseGet(() -> KindWords.increment(whole(backup)));
  }

  /** A disk whose changes are not known is backed up whole without the others. */
  private static List<VolumeName> whole(VmBackup backup) {
    return backup.volumes().stream()
        .filter(volume -> volume.type().equals(Optional.of(BackupType.FULL)))
        .map(VmBackup.IncludedVolume::name)
        .toList();
  }

  private static List<Step> succeeded(Observation seen, BackUpReport report) {
    var request = seen.request();
    var stored = report.disks().stream().mapToLong(BackUpReport.Disk::bytesStored).sum();
    var read = report.disks().stream().mapToLong(BackUpReport.Disk::bytesRead).sum();
    var known =
        report.disks().isEmpty()
            ? Optional.ofNullable(request.status().progress())
            : Optional.<TransferStatus.Progress>empty();
    var message = done(report, Optional.ofNullable(request.status().message()));
    return List.of(
        new Step.Write(
            Change.to(COMPLETED, message)
                .with(known.orElse(new TransferStatus.Progress(read, read)))
                .withResult(
                    new SnapshotId(report.backup(), report.vm(), Optional.empty()).toString(),
                    stored)),
        new Step.Tell(
            false,
            "BackupCompleted",
            done(report, Optional.ofNullable(request.status().message()))));
  }

  /** The message so far says why it is a full. */
  private static String done(BackUpReport report, Optional<String> soFar) {
    if (report.type() == BackupType.INCREMENTAL) {
      return KindWords.increment(
          report.disks().stream()
              .filter(disk -> disk.type() == BackupType.FULL)
              .map(BackUpReport.Disk::volume)
              .toList());
    }
    return soFar.filter(text -> text.startsWith(KindWords.FULL)).orElse(KindWords.FULL + ".");
  }
}
