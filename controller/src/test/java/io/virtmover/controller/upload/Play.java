// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.upload;

import static io.virtmover.controller.upload.SomeBackup.DEADLINES;

import io.virtmover.cluster.VmBackup;
import io.virtmover.cluster.VmBackupState;
import io.virtmover.cluster.VmExport;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.FullReason;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.transfer.BackUpReport;
import io.virtmover.transfer.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A recorded life with our controller in it: the claim comes and the mover runs when asked for. */
final class Play {
  private static final VmRef VM = new VmRef("ns1", "vm1");

  private final RecordedLife life;
  private final boolean isMoverInTime;
  private final BackupPlan plan;
  private final Instant created;
  private final Seen seen;
  private final List<String> states = new ArrayList<>();
  private Optional<VmBackup> backup = Optional.empty();
  private Optional<VmExport> export = Optional.empty();
  private UploadState last = new UploadState.NeedsBackup(false);
  private boolean isOver;

  Play(RecordedLife life, boolean isMoverInTime) {
    this.life = life;
    this.isMoverInTime = isMoverInTime;
    this.plan = plan(life);
    this.created = Instant.parse(life.first().path("metadata").path("creationTimestamp").asText());
    this.seen =
        Seen.of(
            SomeUpload.with(
                SomeUpload.in("Accepted"), SomeUpload.ACCEPTED.toString(), created.toString()));
  }

  private static BackupPlan plan(RecordedLife life) {
    var source = life.first().path("spec").path("source").path("kind").asText();
    var parent =
        life.base()
            .filter(_ -> source.equals("VirtualMachineBackupTracker"))
            .filter(_ -> !life.isFullForced());
    return new BackupPlan(
        life.isPull(),
        "tracker1",
        "uid-vm-vm1",
        parent,
        parent.isPresent()
            ? Optional.empty()
            : Optional.of(life.isFullForced() ? FullReason.REQUESTED : FullReason.FIRST_BACKUP),
        List.of(
            new BackupPlan.Disk(
                new VolumeName("rootdisk"), Optional.of("vm1-root"), Optional.of("1"), 1 << 30),
            new BackupPlan.Disk(
                new VolumeName("data"), Optional.of("vm1-data"), Optional.of("2"), 1 << 30)));
  }

  BackupPlan plan() {
    return plan;
  }

  String states() {
    return String.join(" > ", states);
  }

  /** What is done in the state it came to. */
  String lastSteps() {
    return Decision.decide(seen.look(), last).stream()
        .map(Play::words)
        .collect(Collectors.joining("; "));
  }

  void run() {
    for (var moment : life.moments()) {
      if (!isOver) {
        apply(moment.change());
        look(created.plus(moment.after()));
      }
    }
    if (last instanceof UploadState.NeedsCommit) {
      // The recording ends before our deletion has had its effect.
      seen.withoutBackup();
      look(created.plusSeconds(30));
    }
    // Where nothing more was recorded, nothing more happens.
    for (var after : List.of(Duration.ofSeconds(30), DEADLINES.prepare(), DEADLINES.total())) {
      if (!isOver) {
        look(created.plus(after).plusSeconds(1));
      }
    }
  }

  private void apply(RecordedLife.Change change) {
    switch (change) {
      case RecordedLife.Change.Backup(var object) -> {
        backup = Optional.of(VmBackup.read(object));
        seen.backup(backup.get(), plan);
      }
      case RecordedLife.Change.Gone() -> {
        backup = Optional.empty();
        seen.withoutBackup();
      }
      case RecordedLife.Change.TrackerGone() -> {
        // Looked up for backups that take longer than the recordings do.
        seen.source(JobSource.TRACKER_GONE);
      }
      case RecordedLife.Change.TrackerThere() -> seen.source(JobSource.THERE);
      case RecordedLife.Change.Export(var object) -> export = object.map(VmExport::read);
      case RecordedLife.Change.Refusal(var why) -> {
        // Looked up for waiting backups alone; the recording is too short to wait for it.
        if (backup.filter(one -> one.state() instanceof VmBackupState.Waiting).isPresent()) {
          seen.refusal(why);
        }
      }
    }
    seen.export(
        export.filter(
            _ ->
                backup
                    .filter(one -> one.state() instanceof VmBackupState.ExportReady)
                    .isPresent()));
  }

  private void look(Instant now) {
    last = Classifier.classify(seen.look(), DEADLINES, now);
    last.work().ifPresent(work -> seen.tried(work, now));
    var words = words(last);
    if (states.isEmpty() || !states.getLast().equals(words)) {
      states.add(words);
    }
    switch (last) {
      case UploadState.NeedsClaim _ -> {
        seen.claim();
        look(now);
      }
      case UploadState.NeedsMover _ -> {
        seen.mover(new MoverState.Running(Optional.empty()));
        if (!plan.isPull()) {
          seen.moverOnClaim();
        }
        look(now);
      }
      case UploadState.Moving _ -> {
        if (isMoverInTime) {
          seen.mover(new MoverState.Ended(new Outcome.Completed(report())));
          look(now);
        }
      }
      case UploadState.NeedsBackup _,
          UploadState.NeedsRetry _,
          UploadState.Failing _,
          UploadState.Succeeded _ ->
          isOver = true;
      case UploadState.New _,
          UploadState.Queued _,
          UploadState.ClearingEarlier _,
          UploadState.Preparing _,
          UploadState.NeedsTracker _,
          UploadState.Refused _,
          UploadState.Unread _,
          UploadState.AwaitingMover _,
          UploadState.AwaitingJob _,
          UploadState.NeedsCommit _,
          UploadState.Stopping _,
          UploadState.Stopped _,
          UploadState.CleaningUp _,
          UploadState.GivingUp _,
          UploadState.Done _ -> {}
    }
  }

  private BackUpReport report() {
    var type = backup.flatMap(VmBackup::type).orElse(BackupType.FULL);
    var checkpoint = backup.orElseThrow().ownCheckpoint();
    return new BackUpReport(
        VM,
        new BackupName("night-1"),
        checkpoint,
        type,
        List.of(checkpoint),
        List.of(new BackUpReport.Disk(new VolumeName("rootdisk"), type, 8192, 4096, 1024, 0)),
        List.of(),
        96 << 20);
  }

  private static String words(UploadState state) {
    return switch (state) {
      case UploadState.New() -> "is new";
      case UploadState.Queued(var why) -> "queues (%s)".formatted(why);
      case UploadState.NeedsBackup _ -> "asks KubeVirt";
      case UploadState.ClearingEarlier() -> "clears earlier tries";
      case UploadState.Preparing(var why) ->
          "waits for KubeVirt" + why.map(" (%s)"::formatted).orElse("");
      case UploadState.Refused(var why) -> "is refused (%s)".formatted(why);
      case UploadState.Unread(var why) -> "cannot read the bucket (%s)".formatted(why);
      case UploadState.NeedsTracker(var name) -> "makes tracker %s again".formatted(name);
      case UploadState.NeedsClaim _ -> "fetches the claim";
      case UploadState.NeedsMover _ -> "starts the mover";
      case UploadState.AwaitingMover(var why) -> "waits for the mover (%s)".formatted(why);
      case UploadState.Moving _ -> "moves";
      case UploadState.AwaitingJob _ -> "waits for the Job";
      case UploadState.NeedsCommit _ -> "commits";
      case UploadState.Succeeded _ -> "succeeds";
      case UploadState.NeedsRetry(_, var why) -> "begins anew (%s)".formatted(why);
      case UploadState.Failing(var why, _) -> "fails (%s)".formatted(why);
      case UploadState.Stopping() -> "is being stopped";
      case UploadState.Stopped() -> "is stopped";
      case UploadState.CleaningUp _ -> "cleans up";
      case UploadState.GivingUp _ -> "gives up cleaning";
      case UploadState.Done _ -> "is done";
    };
  }

  private static String words(Step step) {
    return switch (step) {
      case Step.Write(var change) ->
          "%s '%s'%s"
              .formatted(
                  change.phase().spelling(),
                  change.message(),
                  change.annotations().isEmpty() ? "" : " " + change.annotations());
      case Step.AskKubeVirt _ -> "asks KubeVirt";
      case Step.MakeTracker(var name) -> "makes tracker " + name;
      case Step.MendTracker(var name) -> "mends tracker " + name;
      case Step.MoveClaim _ -> "moves the claim";
      case Step.StartMover _ -> "starts the mover";
      case Step.DeleteBackup() -> "deletes the backup";
      case Step.ClearEarlier() -> "clears earlier tries";
      case Step.CleanUp() -> "cleans up";
      case Step.GiveUpSlot() -> "gives up its slot";
      case Step.GiveBack() -> "gives back";
      case Step.EndUploads() -> "ends uploads";
      case Step.LetGo() -> "lets go";
      case Step.Release() -> "lets others go on";
      case Step.Tell(var isWarning, var reason, _) -> (isWarning ? "warns " : "tells ") + reason;
      case Step.Recheck(var after) -> "looks again after " + after.toSeconds() + " s";
    };
  }
}
