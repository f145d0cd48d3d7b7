// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.virtmover.controller.config.ControllerConfig.Timeouts;
import io.virtmover.controller.mover.MoverRefusals;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.report.ToldWait;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.volume.MoveState;
import io.virtmover.controller.watch.OwnWork;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Outcome;
import io.virtmover.transfer.RestoreReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells where a DataDownload is from what there is of it. */
final class Classification {
  /** For what nobody tells us: the target claim is not ours to watch. */
  static final Duration SOON = Duration.ofSeconds(3);

  /** For a VM, which a disk's end or Velero brings; looking for it costs the API server. */
  static final Duration NOW_AND_THEN = Duration.ofSeconds(5);

  private static final String REFUSED = "Kubernetes refuses what the restore needs: ";

  /** Velero makes the VM after its claims, with all else of the namespace. */
  private static final Duration UNTIL_TOLD = Duration.ofMinutes(1);

  /** For what takes as long as it takes. */
  static final Duration LATER = Duration.ofSeconds(30);

  private final Observation seen;
  private final DataDownload request;
  private final Timeouts timeouts;
  private final Instant now;

  private Classification(Observation seen, Timeouts timeouts, Instant now) {
    this.seen = seen;
    this.request = seen.request();
    this.timeouts = timeouts;
    this.now = now;
  }

  static State classify(Observation seen, Timeouts timeouts, Instant now) {
    return new Classification(seen, timeouts, now).state();
  }

  /** Kubernetes does not take what the restore needs: there is no room for it now. */
  static State refused(Observation seen, String why, Timeouts timeouts, Instant now) {
    return new Classification(seen, timeouts, now).untilAccepted(why);
  }

  private State state() {
    if (request.phase().isFinal()) {
      return request.hasOurFinalizer() ? ended() : new State.Settled();
    }
    if (request.isDeleting() || request.isCancelWanted()) {
      return stopping();
    }
    if (request.phase() == TransferPhase.NEW || !request.hasOurFinalizer()) {
      return new State.New();
    }
    if (now.isAfter(accepted().plus(timeouts.total()))) {
      return new State.Failed(
          "The restore was not done within %s.".formatted(text(timeouts.total())));
    }
    return isWritten() ? moving() : beforeMove();
  }

  /** The Job can be gone by then, and the volume tells; or even both, with the target bound. */
  private boolean isWritten() {
    return seen.isMoving()
        || completed().isPresent()
        || (request.phase() == TransferPhase.IN_PROGRESS
            && seen.mover() instanceof MoverState.Absent
            && !seen.hasClaim());
  }

  private Optional<Outcome.Completed> completed() {
    return seen.mover() instanceof MoverState.Ended(Outcome.Completed outcome)
        ? Optional.of(outcome)
        : Optional.empty();
  }

  private State moving() {
    if (seen.answers().move().isEmpty()) {
      return new State.HowFar();
    }
    return switch (seen.answers().move().get()) {
      case MoveState.Done() -> new State.Restored(report());
      case MoveState.Failed(var why) ->
          new State.Failed(
              "The disk is restored, but cannot be given to its claim: " + why + ".",
              FailureKind.TARGET);
      case MoveState.Waiting(var why) -> handingOver(why);
    };
  }

  private State handingOver(String why) {
    return isOver(OwnWork.HAND_OVER, timeouts.prepare())
        ? new State.Failed(
            "The disk is restored, but its claim did not get it within %s: %s."
                .formatted(text(timeouts.prepare()), why))
        : new State.HandingOver(why, report());
  }

  private Optional<RestoreReport> report() {
    return completed()
        .map(Outcome.Completed::report)
        .filter(RestoreReport.class::isInstance)
        .map(RestoreReport.class::cast);
  }

  private State beforeMove() {
    return switch (seen.mover()) {
      case MoverState.Absent() -> beforeMover();
      case MoverState.Waiting(var since, var why) -> scheduling(since, why);
      case MoverState.Running(var progress) -> new State.Running(progress);
      case MoverState.Ending(_, var progress) -> new State.Running(progress);
      case MoverState.Ended(Outcome.Failed(var kind, var message, _)) ->
          new State.Failed(message, kind);
      case MoverState.Ended(Outcome.Canceled(var message)) ->
          new State.Failed("The mover was stopped: %s".formatted(message), FailureKind.CANCELED);
      case MoverState.Ended(Outcome.Completed _) -> moving();
      case MoverState.Died(var why) -> new State.Failed("The mover died: %s.".formatted(why));
    };
  }

  /** One that has run once is Kubernetes' to run again, within the time for the whole. */
  private State scheduling(Instant since, String why) {
    var because = why.isEmpty() ? "." : ": " + why;
    if (request.phase() == TransferPhase.IN_PROGRESS) {
      return new State.Waiting(
          TransferPhase.IN_PROGRESS,
          MoverRefusals.steady(request, "The mover is to run again" + because),
          LATER);
    }
    return now.isAfter(since.plus(timeouts.schedule()))
        ? new State.Failed(
            "The mover did not run within %s%s".formatted(text(timeouts.schedule()), because))
        : new State.Waiting(
            TransferPhase.PREPARED,
            MoverRefusals.steady(request, "Waits for the mover to run" + because),
            LATER);
  }

  private State beforeMover() {
    var spec = request.getSpec();
    var target = spec.targetVolume();
    if (target == null || isEmpty(target.pvc()) || isEmpty(target.namespace())) {
      return new State.Failed("The request names no target claim.", FailureKind.INVALID_REQUEST);
    }
    if (isEmpty(spec.backupStorageLocation())) {
      return new State.Failed(
          "The request names no backup storage location.", FailureKind.INVALID_REQUEST);
    }
    try {
      return seen.target()
          .map(claim -> beforeTurn(RestoreSource.of(request), claim))
          .orElseGet(
              () ->
                  untilThere("Waits for claim %s/%s.".formatted(target.namespace(), target.pvc())));
    } catch (VirtMoverException e) {
      return new State.Failed(e.getMessage(), e.kind());
    }
  }

  private State beforeTurn(RestoreSource source, PersistentVolumeClaim target) {
    var obstacle = TargetCheck.obstacle(target);
    if (obstacle.isPresent()) {
      return new State.Failed(obstacle.get(), FailureKind.TARGET);
    }
    if (seen.answers().turn().isEmpty()) {
      return new State.WhoseTurn();
    }
    if (!seen.answers().turn().get()) {
      return new State.Waiting(
          TransferPhase.ACCEPTED,
          // Why it could not begin stays told: it will be asked again.
          hasTriedToBegin() && isHindranceTold()
              ? request.told()
              : "Waits until other transfers have ended.",
          Duration.ZERO);
    }
    return seen.answers()
        .disk()
        .map(answer -> beforeStart(source, target, answer))
        .orElseGet(() -> new State.WhichDisk(source));
  }

  private State beforeStart(
      RestoreSource source, PersistentVolumeClaim target, DiskLookup.Answer answer) {
    return switch (answer) {
      case DiskLookup.Answer.Refused(var why, var kind) -> new State.Failed(why, kind);
      case DiskLookup.Answer.Unreachable(var why) -> unread(why);
      case DiskLookup.Answer.Found(var disk, var location) ->
          TargetCheck.obstacle(target, disk)
              .<State>map(why -> new State.Failed(why, FailureKind.TARGET))
              .orElseGet(() -> new State.Ready(new Plan(source, disk, location, target)));
    };
  }

  /** One that something was made for keeps its slot. */
  private State unread(String why) {
    if (isOver(OwnWork.READ_BUCKET, timeouts.prepare())) {
      return tooLate(why);
    }
    var message = ToldWait.STORE.message(request, why);
    return seen.hasClaim()
        ? new State.Waiting(
            TransferPhase.ACCEPTED, message, LATER, Optional.of(OwnWork.READ_BUCKET))
        : new State.Unread(message);
  }

  private boolean hasTriedToBegin() {
    return !seen.tried().isEmpty();
  }

  private boolean isHindranceTold() {
    return request.told().startsWith(REFUSED)
        || Stream.of(ToldWait.values()).anyMatch(wait -> wait.isTold(request));
  }

  /** For what others make. */
  private State untilThere(String what) {
    return now.isAfter(accepted().plus(timeouts.prepare()))
        ? tooLate(what)
        : new State.Waiting(TransferPhase.ACCEPTED, what, SOON);
  }

  private State untilAccepted(String why) {
    var what = REFUSED + why;
    return isOver(OwnWork.MAKE_OBJECTS, timeouts.prepare())
        ? tooLate(what)
        : new State.Waiting(
            TransferPhase.ACCEPTED,
            ToldWait.steady(request, what, REFUSED),
            LATER,
            Optional.of(OwnWork.MAKE_OBJECTS));
  }

  private State tooLate(String what) {
    return new State.Failed(
        "The restore could not begin within %s: %s".formatted(text(timeouts.prepare()), what));
  }

  private State stopping() {
    var why =
        request.isDeleting() ? "Canceled: the DataDownload was deleted." : "Canceled on request.";
    if (!request.hasOurFinalizer()) {
      return request.isDeleting() ? new State.Settled() : new State.Canceled(why, false);
    }
    if (seen.answers().leftovers().isEmpty()) {
      return new State.WhatIsLeft();
    }
    var left = seen.answers().leftovers().get();
    if (left.pods().isEmpty()) {
      return new State.Canceled(why, true);
    }
    return isOverdue(left.stoppingSince()) || isOver(OwnWork.STOP, timeouts.cleanup())
        ? new State.Canceled(
            "%s Its mover did not end: %s.".formatted(why, String.join(", ", left.pods())), true)
        : new State.Canceling("Stops the mover.");
  }

  private State ended() {
    if (seen.tried().containsKey(OwnWork.AWAIT_VM)) {
      // Nothing was left by then, or it was given up and told.
      return cleanedUp(Optional.empty());
    }
    if (seen.answers().leftovers().isEmpty()) {
      return new State.WhatIsLeft();
    }
    var left = seen.answers().leftovers().get();
    if (left.isNothing()) {
      return cleanedUp(Optional.empty());
    }
    return isOver(OwnWork.CLEAN_UP, timeouts.cleanup())
        ? cleanedUp(Optional.of(left))
        : new State.CleaningUp();
  }

  private State cleanedUp(Optional<Leftovers> givenUp) {
    if (seen.answers().vmStart().isEmpty()) {
      return new State.WhichVm();
    }
    var start = seen.answers().vmStart().get();
    if (!(start instanceof VmStart.Awaited(var why))) {
      return new State.Clean(start, givenUp);
    }
    return isOver(OwnWork.AWAIT_VM, timeouts.total())
        ? new State.Clean(
            new VmStart.Halted(
                "After %s, timeouts.total, %s. If the VM is halted, start it yourself."
                    .formatted(text(timeouts.total()), why)),
            givenUp)
        : new State.AwaitingVm(
            Optional.of(why).filter(_ -> isOver(OwnWork.AWAIT_VM, UNTIL_TOLD)), givenUp);
  }

  private boolean isOverdue(Optional<Instant> since) {
    return since.filter(from -> now.isAfter(from.plus(timeouts.cleanup()))).isPresent();
  }

  /** What was not tried yet is not late, whatever the objects' times are. */
  private boolean isOver(OwnWork work, Duration limit) {
    return now.isAfter(seen.tried().getOrDefault(work, now).plus(limit));
  }

  private Instant accepted() {
    return instant(request.status().acceptedTimestamp())
        .orElseGet(() -> Instant.parse(request.getMetadata().getCreationTimestamp()));
  }

  private static Optional<Instant> instant(@Nullable String text) {
    return Optional.ofNullable(text).map(Instant::parse);
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }

  /** As Velero's settings spell it: {@code 30m0s} would be, {@code 30m} reads better. */
  private static String text(Duration duration) {
    return duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
