// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmBackupState;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.watch.ApiTrouble;
import io.virtmover.controller.watch.OwnWork;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.BackUpReport;
import io.virtmover.transfer.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds out where a DataUpload is, from what there is. The same facts give the same state, however
 * often and in whatever order they are looked at: a VirtualMachineBackup can go back to waiting
 * after it ran.
 */
final class Classifier {
  /** Far more than Kubernetes needs to see that a mover has ended. */
  private static final Duration UNTIL_SEEN = Duration.ofMinutes(1);

  private final Observation seen;
  private final Deadlines deadlines;
  private final Instant now;

  private Classifier(Observation seen, Deadlines deadlines, Instant now) {
    this.seen = seen;
    this.deadlines = deadlines;
    this.now = now;
  }

  static UploadState classify(Observation seen, Deadlines deadlines, Instant now) {
    return new Classifier(seen, deadlines, now).state();
  }

  /** Kubernetes does not take what the backup needs: there is no room for it now. */
  static UploadState refused(Observation seen, String why, Deadlines deadlines, Instant now) {
    return new Classifier(seen, deadlines, now).refused(why);
  }

  /** What the bucket has could not be read when the backup was to be planned. */
  static UploadState unread(Observation seen, String why, Deadlines deadlines, Instant now) {
    return new Classifier(seen, deadlines, now).unread(why);
  }

  private UploadState unread(String why) {
    return isOver(OwnWork.READ_BUCKET, deadlines.prepare())
        ? new UploadState.Failing(
            "The backup could not begin within %s: %s".formatted(words(deadlines.prepare()), why))
        : new UploadState.Unread(why);
  }

  private UploadState refused(String why) {
    return isOver(OwnWork.MAKE_OBJECTS, deadlines.prepare()) && !hasRun()
        ? new UploadState.Failing(
            "Kubernetes refused for %s what the backup needs: %s."
                .formatted(words(deadlines.prepare()), ApiTrouble.clause(why)))
        : new UploadState.Refused(why);
  }

  private UploadState state() {
    var phase = seen.request().phase();
    if (phase.isFinal()) {
      return ended(phase);
    }
    var report = report();
    if (report.isPresent()) {
      return published(report.get());
    }
    if (seen.mover() instanceof MoverState.Ending(var outcome, var progress)
        && outcome.report() instanceof BackUpReport told) {
      // It is in the bucket whatever becomes of the VM, or is wanted, until Kubernetes says so.
      return isOver(OwnWork.SEE_END, UNTIL_SEEN)
          ? published(told)
          : new UploadState.AwaitingJob(progress);
    }
    if (seen.request().isCancelWanted()
        || seen.request().isDeleting()
        || phase == TransferPhase.CANCELING) {
      return seen.hasLeftovers() && !isOver(OwnWork.STOP, deadlines.cleanup())
          ? new UploadState.Stopping()
          : new UploadState.Stopped();
    }
    if (phase == TransferPhase.NEW) {
      return new UploadState.New();
    }
    if (isOver(acceptedAt(), deadlines.total())) {
      return new UploadState.Failing(
          "The backup was not done after %s.".formatted(words(deadlines.total())));
    }
    if (seen.earlier().isEmpty()) {
      return going();
    }
    return isOver(OwnWork.CLEAR_EARLIER, deadlines.cleanup())
        ? new UploadState.Failing(
            "What an earlier try has left did not go within %s, so no other could begin: %s."
                .formatted(words(deadlines.cleanup()), String.join(", ", seen.earlier())))
        : new UploadState.ClearingEarlier();
  }

  private UploadState ended(TransferPhase end) {
    if (!seen.hasLeftovers()) {
      return new UploadState.Done(end);
    }
    return isOver(OwnWork.CLEAN_UP, deadlines.cleanup())
        ? new UploadState.GivingUp(
            end,
            Stream.concat(seen.own().stream(), seen.earlier().stream())
                .collect(Collectors.joining(", ")))
        : new UploadState.CleaningUp(end);
  }

  /** What a mover that did it all has told. */
  private Optional<BackUpReport> report() {
    return seen.mover() instanceof MoverState.Ended(Outcome.Completed(BackUpReport report))
        ? Optional.of(report)
        : Optional.empty();
  }

  private UploadState published(BackUpReport report) {
    // It can be restored as it is; what KubeVirt remembers is compared before the next backup.
    var isStuck =
        isOver(OwnWork.COMMIT, deadlines.cleanup()) || isOver(acceptedAt(), deadlines.total());
    return seen.backup().isPresent() && !isStuck
        ? new UploadState.NeedsCommit(report)
        : new UploadState.Succeeded(report);
  }

  private UploadState going() {
    return switch (seen.mover()) {
      case MoverState.Absent() -> beforeMover();
      case MoverState.Waiting(var since, var why) ->
          stillReadable()
              .orElseGet(
                  () ->
                      isOver(since, deadlines.schedule()) && !hasRun()
                          ? new UploadState.Failing(
                              "The mover did not run after %s%s."
                                  .formatted(words(deadlines.schedule()), because(why)))
                          : new UploadState.AwaitingMover(isToBeTold(since) ? why : ""));
      case MoverState.Running(var progress) ->
          stillReadable().orElseGet(() -> new UploadState.Moving(progress));
      case MoverState.Ending(_, var progress) -> new UploadState.Moving(progress);
      case MoverState.Died(var why) -> new UploadState.Failing("The mover died: " + why + ".");
      case MoverState.Ended(Outcome.Failed(var kind, var message, _)) -> moverFailed(kind, message);
      case MoverState.Ended(Outcome.Canceled(var message)) ->
          new UploadState.Failing(message, FailureKind.CANCELED);
      case MoverState.Ended(Outcome.Completed(_)) ->
          new UploadState.Failing(
              "The mover reports something that is not a backup.", FailureKind.INTERNAL);
    };
  }

  /**
   * The chain in the bucket can break after the backup was planned. A full needs none; one that was
   * made for this reason already is not made again.
   */
  private UploadState moverFailed(FailureKind kind, String why) {
    var isAboutChain = kind == FailureKind.CHAIN_BROKEN || kind == FailureKind.CORRUPT_BACKUP;
    var isFull =
        seen.retries().full().isPresent()
            || seen.backup().filter(own -> own.plan().isFull()).isPresent();
    return isAboutChain && !isFull
        ? retry(seen.retries().asFull(FullReason.CHAIN_BROKEN), why)
        : new UploadState.Failing(why, kind);
  }

  /** One that has run is Kubernetes' to run again, within the time for the whole. */
  private boolean hasRun() {
    return seen.request().phase() == TransferPhase.IN_PROGRESS;
  }

  /** What has become of the data under a mover that reads it; empty while it is there. */
  private Optional<UploadState> stillReadable() {
    if (seen.isMoverOnClaim()) {
      // KubeVirt was done before the mover was asked for, and has moved the tracker: only the
      // bucket
      // is missing, also where somebody else has deleted the backup.
      return Optional.empty();
    }
    if (seen.backup().isEmpty()) {
      return Optional.of(
          retry(
              seen.retries().again(),
              "The VirtualMachineBackup was deleted while its data was read."));
    }
    var own = seen.backup().get();
    return switch (own.backup().state()) {
      case VmBackupState.Completed(_) ->
          Optional.of(
              retry(seen.retries().again(), "KubeVirt ended the backup while its data was read."));
      case VmBackupState.Failed(var cause, var why) ->
          Optional.of(
              cause == VmBackupState.Cause.OUT_OF_SPACE
                  ? outOfSpace(own, why)
                  : retry(seen.retries().again(), why));
      case VmBackupState.Waiting _,
          VmBackupState.Running _,
          VmBackupState.PreparingExport _,
          VmBackupState.ExportReady _,
          VmBackupState.Aborting _ ->
          Optional.empty();
    };
  }

  private UploadState beforeMover() {
    if (seen.backup().isEmpty()) {
      return seen.obstacle()
          .<UploadState>map(UploadState.Queued::new)
          .orElseGet(() -> new UploadState.NeedsBackup(isOver(acceptedAt(), deadlines.patience())));
    }
    var own = seen.backup().get();
    if (seen.source() == JobSource.TRACKER_GONE && !own.backup().hasEnded()) {
      return withoutTracker(own);
    }
    var state = asked(own);
    return state instanceof UploadState.Preparing ? unnoticed().orElse(state) : state;
  }

  /** KubeVirt looks for it before all else, whatever else it would have to do. */
  private UploadState withoutTracker(Observation.Own own) {
    var name = own.plan().tracker();
    return isOver(OwnWork.MAKE_TRACKER, deadlines.prepare())
        ? new UploadState.Failing(
            "KubeVirt's backup could not be read after %s: VirtualMachineBackupTracker %s is deleted each time it is made."
                .formatted(words(deadlines.prepare()), name))
        : new UploadState.NeedsTracker(name);
  }

  /** What KubeVirt does not notice, and would wait for without an end. */
  private Optional<UploadState> unnoticed() {
    return switch (seen.source()) {
      case THERE, TRACKER_GONE -> Optional.empty();
      case STOPPED ->
          Optional.of(retry(seen.retries().again(), "The VM stopped while KubeVirt backed it up."));
      case RESTARTED ->
          Optional.of(
              retry(seen.retries().again(), "The VM was restarted while KubeVirt backed it up."));
    };
  }

  private UploadState asked(Observation.Own own) {
    return switch (own.backup().state()) {
      case VmBackupState.Waiting(var why) -> waiting(own, why);
      case VmBackupState.Running() ->
          own.plan().isPull()
              ? preparing(own, "KubeVirt's backup job has not begun")
              : pushing(own);
      case VmBackupState.PreparingExport() -> preparing(own, exportAwaited(own));
      case VmBackupState.Aborting(var why) -> preparing(own, why);
      case VmBackupState.ExportReady() -> own.plan().isPull() ? readable(own) : preparing(own, "");
      case VmBackupState.Completed(_) -> completed(own);
      case VmBackupState.Failed(var cause, var why) -> failed(own, cause, why);
    };
  }

  private UploadState waiting(Observation.Own own, Optional<String> why) {
    var refusal = seen.refusal();
    if (refusal.isPresent() && own.plan().parent().isPresent() && isAboutChain(refusal.get())) {
      return retry(seen.retries().asFull(FullReason.CHANGES_UNKNOWN), refusal.get());
    }
    return preparing(own, refusal.or(() -> why).orElse(""));
  }

  /** KubeVirt tries an increment that cannot start without an end. */
  private static boolean isAboutChain(String refusal) {
    return refusal.contains("bitmap") || refusal.contains("heckpoint");
  }

  /** That takes as long as there is data, and KubeVirt tells no progress. */
  private UploadState pushing(Observation.Own own) {
    var backup = own.backup();
    return new UploadState.Preparing(
        Optional.of(UploadWords.pushes(backup.namespace(), backup.name(), backup.created()))
            .filter(_ -> isToBeTold(backup.created()) || UploadWords.isPushTold(seen.request())));
  }

  private UploadState preparing(Observation.Own own, String why) {
    if (isOver(ableSince(own), deadlines.prepare())) {
      return new UploadState.Failing(
          "KubeVirt's backup could not be read after %s%s."
              .formatted(words(deadlines.prepare()), because(why)));
    }
    return new UploadState.Preparing(
        Optional.of(why)
            .filter(text -> !text.isEmpty())
            .filter(_ -> isToBeTold(own.backup().created())));
  }

  /** Without its tracker KubeVirt could do nothing. */
  private Instant ableSince(Observation.Own own) {
    var created = own.backup().created();
    return seen.trackerMade().filter(created::isBefore).orElse(created);
  }

  /** Whether the secret is there, only KubeVirt can see: we read none of other namespaces. */
  private static String exportAwaited(Observation.Own own) {
    return "KubeVirt's export is not ready; it needs the secret %s/%s with its token"
        .formatted(own.backup().namespace(), own.backup().name());
  }

  /** A backup's export may be told as ready too early: its own object decides. */
  private UploadState readable(Observation.Own own) {
    var export =
        seen.export().filter(VmExport::isReady).filter(ready -> ready.authority().isPresent());
    if (export.isEmpty()) {
      return preparing(own, exportAwaited(own));
    }
    var silent = without(included(own.backup()), export.get().addresses().keySet());
    if (!silent.isEmpty()) {
      return preparing(own, "KubeVirt's export names no address for " + silent);
    }
    return seen.hasToken()
        ? checked(own, export)
        : retry(
            seen.retries().again(),
            "The secret %s with the token of KubeVirt's export was deleted in %s."
                .formatted(own.backup().name(), seen.request().getMetadata().getNamespace()));
  }

  private UploadState completed(Observation.Own own) {
    if (own.plan().isPull()) {
      return retry(seen.retries().again(), "KubeVirt ended the backup before its data was read.");
    }
    if (!own.backup().isOwnResult()) {
      return retry(
          seen.retries().again(), "KubeVirt mixed the backup up with another one of the same VM.");
    }
    return seen.hasClaim() ? checked(own, Optional.empty()) : awaitingClaim();
  }

  private UploadState awaitingClaim() {
    return isOver(OwnWork.BRING_FILES, deadlines.prepare())
        ? new UploadState.Failing(
            "KubeVirt's files did not come to the mover after %s%s."
                .formatted(
                    words(deadlines.prepare()), because(UploadWords.whyAwaited(seen.request()))))
        : new UploadState.NeedsClaim(
            isToBeTold(seen.tried().getOrDefault(OwnWork.BRING_FILES, now)));
  }

  private UploadState checked(Observation.Own own, Optional<VmExport> export) {
    VmBackup backup = own.backup();
    if (!backup.checkpoint().equals(Optional.of(backup.ownCheckpoint()))) {
      return retry(
          seen.retries().again(), "KubeVirt mixed the backup up with another one of the same VM.");
    }
    var planned = own.plan().disks().stream().map(BackupPlan.Disk::volume).toList();
    var included = included(backup);
    var missing = without(planned, included);
    if (!missing.isEmpty()) {
      return new UploadState.Failing(
          "KubeVirt's backup does not include %s.".formatted(missing), FailureKind.CORRUPT_SOURCE);
    }
    var unplanned = without(included, planned);
    if (!unplanned.isEmpty()) {
      // Nobody would know whose claim it is.
      return retry(
          seen.retries().again(),
          "KubeVirt's backup has disks that the VM did not have when it was planned: %s."
              .formatted(unplanned));
    }
    if (own.plan().isFull() && backup.type().equals(Optional.of(BackupType.INCREMENTAL))) {
      return new UploadState.Failing(
          "KubeVirt made an increment although a full was asked for.", FailureKind.CORRUPT_SOURCE);
    }
    return new UploadState.NeedsMover(backup, own.plan(), export);
  }

  private static List<VolumeName> included(VmBackup backup) {
    return backup.volumes().stream().map(VmBackup.IncludedVolume::name).toList();
  }

  /** The names of those that are not among the others; empty when all are. */
  private static String without(List<VolumeName> volumes, Collection<VolumeName> others) {
    return volumes.stream()
        .filter(volume -> !others.contains(volume))
        .map(VolumeName::value)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private UploadState failed(Observation.Own own, VmBackupState.Cause cause, String why) {
    return switch (cause) {
      case OUT_OF_SPACE -> outOfSpace(own, why);
      case SOURCE_LOST, SOURCE_UNHEALTHY, DELETED_BEFORE_START, ABORTED ->
          // A VM that is stopped or restarted is one of the first two, as it happens.
          retry(seen.retries().again(), why);
      case JOB_FAILED -> new UploadState.Failing(why);
    };
  }

  private UploadState outOfSpace(Observation.Own own, String why) {
    return seen.retries().hasMoreRoom()
        ? new UploadState.Failing(
            "%s, although the claim was three times as large as at first; make the setting %s larger."
                .formatted(
                    ApiTrouble.clause(why),
                    own.plan().isPull() ? "backup.scratchPercent" : "backup.leastClaim"))
        : retry(seen.retries().withMoreRoom(), why);
  }

  private UploadState retry(Retries next, String why) {
    return seen.retries().isLast()
        ? new UploadState.Failing("%s (try %d)".formatted(why, seen.retries().count() + 1))
        : new UploadState.NeedsRetry(next, why);
  }

  /** Velero before 1.16 keeps no such time. */
  private Instant acceptedAt() {
    var request = seen.request();
    return Optional.ofNullable(request.status().acceptedTimestamp())
        .or(
            () ->
                Optional.of(request.getMetadata().getCreationTimestamp())
                    .filter(_ -> request.phase() != TransferPhase.NEW))
        .map(Instant::parse)
        .orElse(now);
  }

  /** What is told is told on, also where what is usual has become longer meanwhile. */
  private boolean isToBeTold(Instant since) {
    return isOver(since, deadlines.patience()) || UploadWords.isWaitForOthersTold(seen.request());
  }

  /** What was not tried yet is not late, whatever the objects' times are. */
  private boolean isOver(OwnWork work, Duration limit) {
    return isOver(seen.tried().getOrDefault(work, now), limit);
  }

  private boolean isOver(Instant since, Duration limit) {
    return now.isAfter(since.plus(limit));
  }

  private static String because(String why) {
    return why.isEmpty() ? "" : ": " + ApiTrouble.clause(why);
  }

  private static String words(Duration limit) {
    return limit.toMinutes() >= 1 ? limit.toMinutes() + " min" : limit.toSeconds() + " s";
  }
}
