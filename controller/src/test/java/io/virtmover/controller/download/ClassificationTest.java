// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import static io.virtmover.controller.download.SomeDownload.canceled;
import static io.virtmover.controller.download.SomeDownload.deleted;
import static io.virtmover.controller.download.SomeDownload.ended;
import static io.virtmover.controller.download.SomeDownload.in;
import static io.virtmover.controller.download.SomeDownload.untouched;
import static io.virtmover.controller.download.SomeDownload.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.virtmover.controller.config.ControllerConfig.Timeouts;
import io.virtmover.controller.location.LocationAccess;
import io.virtmover.controller.mover.MoverState;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.TransferPhase;
import io.virtmover.controller.volume.MoveState;
import io.virtmover.controller.volume.SomeClaims;
import io.virtmover.controller.watch.OwnWork;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.Outcome;
import io.virtmover.transfer.RestoreReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationTest {
  private static final VmStart AWAITED = new VmStart.Awaited("the VM is not there");

  private record SomeTimeouts(Duration prepare, Duration schedule, Duration total, Duration cleanup)
      implements Timeouts {}

  private static final Timeouts TIMEOUTS =
      new SomeTimeouts(
          Duration.ofMinutes(30),
          Duration.ofMinutes(30),
          Duration.ofHours(24),
          Duration.ofMinutes(15));
  private static final Instant ACCEPTED = Instant.parse(SomeDownload.ACCEPTED);
  private static final Instant NOW = ACCEPTED.plusSeconds(10);
  private static final PersistentVolumeClaim TARGET = SomeClaims.pending("shop", "web-7-rootdisk");
  private static final LocationAccess LOCATION =
      new LocationAccess(
          "default", JsonNodeFactory.instance.objectNode(), Optional.empty(), Optional.empty());
  private static final MoverState ABSENT = new MoverState.Absent();
  private static final State OTHERS_TURN =
      new State.Waiting(
          TransferPhase.ACCEPTED, "Waits until other transfers have ended.", Duration.ZERO);
  private static final RestoreReport REPORT =
      new RestoreReport(new VolumeName("rootdisk"), 1 << 30, 2, 5, 6, 0, true);
  private static final MoverState COMPLETED = new MoverState.Ended(new Outcome.Completed(REPORT));

  @Test
  void shouldTakeANewRequest() {
    // then
    assertThat(classify(look(untouched(), ABSENT))).isEqualTo(new State.New());
  }

  @Test
  void shouldTakeARequestAgainThatHasLostOurFinalizer() {
    // given
    var request =
        with(in("Accepted"), "finalizers:\n  - \"virtmover.io/cleanup\"", "generation: 2");

    // then
    assertThat(classify(look(request, ABSENT))).isEqualTo(new State.New());
  }

  @Test
  void shouldAskOneQuestionAfterTheOtherUntilItCanBegin() {
    // given
    var seen = look(in("Accepted"), ABSENT);
    var source = RestoreSource.of(seen.request());
    var disk = new Disk(new VolumeName("rootdisk"), OptionalLong.of(1 << 30));

    // then
    assertThat(classify(seen)).isEqualTo(new State.WhoseTurn());
    assertThat(classify(seen.withTurn(true))).isEqualTo(new State.WhichDisk(source));
    assertThat(classify(found(disk)))
        .isEqualTo(new State.Ready(new Plan(source, disk, LOCATION, TARGET)));
  }

  @Test
  void shouldWaitForItsTurnWithoutLookingAgainAllTheTime() {
    // when
    var state = classify(look(in("Accepted"), ABSENT).withTurn(false));

    // then
    assertThat(state)
        .isEqualTo(
            new State.Waiting(
                TransferPhase.ACCEPTED, "Waits until other transfers have ended.", Duration.ZERO));
  }

  @Test
  void shouldWaitForTheTargetThatVeleroMakesAfterTheRequest() {
    // given
    var seen = withTarget(Optional.empty());

    // then
    assertThat(classify(seen))
        .isEqualTo(
            new State.Waiting(
                TransferPhase.ACCEPTED,
                "Waits for claim shop/web-7-rootdisk.",
                Classification.SOON));
    assertFails(seen, ACCEPTED.plus(Duration.ofMinutes(31)), "within 30m: Waits for claim shop");
  }

  static Stream<Arguments> targets() {
    return Stream.of(
        arguments(SomeClaims.going(TARGET), "is being deleted"),
        arguments(SomeClaims.bound(TARGET), "already has a volume"),
        arguments(SomeClaims.naming(TARGET), "already has a volume"),
        arguments(
            new PersistentVolumeClaimBuilder(TARGET)
                .editSpec()
                .withVolumeMode("Odd")
                .endSpec()
                .build(),
            "volume mode Odd"),
        arguments(
            new PersistentVolumeClaimBuilder(TARGET)
                .editSpec()
                .withNewSelector()
                .addNewMatchExpression()
                .withKey("zone")
                .withOperator("Exists")
                .endMatchExpression()
                .endSelector()
                .endSpec()
                .build(),
            "matchExpressions"),
        arguments(
            new PersistentVolumeClaimBuilder(TARGET)
                .editSpec()
                .withResources(null)
                .endSpec()
                .build(),
            "asks for no storage"));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldRefuseATargetThatCannotTakeTheDisk(PersistentVolumeClaim target, String words) {
    // then
    assertFails(withTarget(Optional.of(target)), NOW, "Claim shop/web-7-rootdisk", words);
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        arguments("backupStorageLocation: \"default\"", "x: \"\"", "no backup storage location"),
        arguments("pvc: \"web-7-rootdisk\"", "pvc: \"\"", "no target claim"),
        arguments("velero.io/backup-name", "other", "lacks the label velero.io/backup-name"),
        arguments("datamover.io/vm-name:", "other/b:", "lacks the annotation virtmover.io/vm-name"),
        arguments("placeholder-not-used", "virtmover:1:half", "is not 'virtmover:1:BACKUP"));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void shouldRefuseARequestThatDoesNotSayEnough(String old, String now, String words) {
    // then
    assertFails(look(with(in("Accepted"), old, now), ABSENT), NOW, words);
  }

  @Test
  void shouldRefuseAFileSystemThatIsSmallerThanTheDisk() {
    // then
    assertFails(
        found(new Disk(new VolumeName("rootdisk"), OptionalLong.of((1 << 30) + 1))),
        NOW,
        "asks for 1Gi, but disk rootdisk has 1073741825 bytes");
  }

  @Test
  void shouldMakeABlockVolumeAsLargeAsTheDisk() {
    // given
    var block =
        new PersistentVolumeClaimBuilder(TARGET)
            .editSpec()
            .withVolumeMode("Block")
            .endSpec()
            .build();
    var disk = new Disk(new VolumeName("rootdisk"), OptionalLong.of((1 << 30) + 512));

    // when
    var state =
        classify(
            withTarget(Optional.of(block))
                .withTurn(true)
                .withDisk(new DiskLookup.Answer.Found(disk, LOCATION)));

    // then
    assertThat(state).isInstanceOf(State.Ready.class);
    assertThat(TargetCheck.size(block, disk)).isEqualTo(new Quantity("1073742336"));
  }

  @Test
  void shouldLeaveAnUnknownSizeToTheMover() {
    // when
    var state = classify(found(new Disk(new VolumeName("rootdisk"), OptionalLong.empty())));

    // then
    assertThat(state).isInstanceOf(State.Ready.class);
  }

  @Test
  void shouldFailWithTheBucketsWordsAndWaitWhileItCannotBeReached() {
    // given
    var seen = look(in("Accepted"), ABSENT).withTurn(true);
    var away = seen.withDisk(new DiskLookup.Answer.Unreachable("The store is away."));

    // then
    assertFails(
        seen.withDisk(
            new DiskLookup.Answer.Refused("No such backup.", FailureKind.INVALID_REQUEST)),
        NOW,
        "No such");
    assertThat(classify(away))
        .isEqualTo(
            new State.Waiting(
                TransferPhase.ACCEPTED,
                "Waits for the store: The store is away.",
                Classification.LATER,
                Optional.of(OwnWork.READ_BUCKET)));
    assertThat(classify(away, ACCEPTED.plus(Duration.ofHours(3))))
        .isInstanceOf(State.Waiting.class);
    assertFails(
        tried(in("Accepted"), ABSENT, OwnWork.READ_BUCKET, ACCEPTED)
            .withTurn(true)
            .withDisk(new DiskLookup.Answer.Unreachable("The store is away.")),
        ACCEPTED.plus(Duration.ofMinutes(31)),
        "The store is away.");
  }

  @Test
  void shouldLetOthersGoFirstWhileTheBucketCannotBeReached() {
    // given: nothing was made, and the first try was half an hour ago
    var since = Map.of(OwnWork.READ_BUCKET, ACCEPTED);
    var seen = Observation.of(in("Accepted"), Optional.of(TARGET), ABSENT, false, false, since);
    var away =
        seen.withTurn(true).withDisk(new DiskLookup.Answer.Unreachable("The store is away."));

    // then
    assertThat(classify(away, ACCEPTED.plus(Duration.ofMinutes(29))))
        .isEqualTo(new State.Unread("Waits for the store: The store is away."));
    assertThat(classify(withTarget(Optional.of(TARGET)).withTurn(false))).isEqualTo(OTHERS_TURN);
    assertThat(classify(seen.withTurn(false))).isEqualTo(OTHERS_TURN);
    assertFails(away, ACCEPTED.plus(Duration.ofMinutes(31)), "The store is away.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Waits for the store: It was tried for 1 s.",
        "Waits for Kubernetes: A webhook does not answer.",
        "Kubernetes refuses what the restore needs: exceeded quota"
      })
  void shouldNotTellAnewEachTimeThatOthersAreFirst(String told) {
    // given
    var request = with(ended("Completed", "2026-03-01T02:00:00Z"), "As it was.", told);
    request = with(request, "Completed", "Accepted");
    var tried =
        Observation.of(
            request,
            Optional.of(TARGET),
            ABSENT,
            false,
            false,
            Map.of(OwnWork.READ_BUCKET, ACCEPTED));
    var untried = Observation.of(request, Optional.of(TARGET), ABSENT, false, false, Map.of());

    // then
    assertThat(classify(tried.withTurn(false)))
        .isEqualTo(new State.Waiting(TransferPhase.ACCEPTED, told, Duration.ZERO));
    assertThat(classify(untried.withTurn(false))).isEqualTo(OTHERS_TURN);
  }

  @Test
  void shouldWaitForRoomUntilItIsLate() {
    // given
    var seen = look(in("Accepted"), ABSENT);

    // then
    assertThat(Classification.refused(seen, "exceeded quota", TIMEOUTS, NOW))
        .isEqualTo(
            new State.Waiting(
                TransferPhase.ACCEPTED,
                "Kubernetes refuses what the restore needs: exceeded quota",
                Classification.LATER,
                Optional.of(OwnWork.MAKE_OBJECTS)));
    assertThat(
            Classification.refused(
                tried(in("Accepted"), ABSENT, OwnWork.MAKE_OBJECTS, ACCEPTED),
                "exceeded quota",
                TIMEOUTS,
                ACCEPTED.plus(Duration.ofMinutes(31))))
        .isInstanceOf(State.Failed.class);
  }

  @Test
  void shouldWaitForAMoverOnlySoLong() {
    // given
    var seen = look(in("Prepared"), new MoverState.Waiting(ACCEPTED, "no node has room"));

    // then
    assertThat(classify(seen))
        .isEqualTo(
            new State.Waiting(
                TransferPhase.PREPARED,
                "Waits for the mover to run: no node has room",
                Classification.LATER));
    assertFails(
        seen, ACCEPTED.plus(Duration.ofMinutes(31)), "did not run within 30m: no node has room");
  }

  @Test
  void shouldGiveAMoverThatHasRunTheTimeOfTheWholeToRunAgain() {
    // given
    var seen = look(in("InProgress"), new MoverState.Waiting(ACCEPTED, ""));

    // then
    assertThat(classify(seen, ACCEPTED.plus(Duration.ofHours(3))))
        .isEqualTo(
            new State.Waiting(
                TransferPhase.IN_PROGRESS, "The mover is to run again.", Classification.LATER));
    assertFails(seen, ACCEPTED.plus(Duration.ofHours(25)), "not done within 24h");
  }

  @Test
  void shouldTellHowTheMoverIsAndEnds() {
    // then
    assertThat(classify(look(in("Prepared"), new MoverState.Running(Optional.empty()))))
        .isEqualTo(new State.Running(Optional.empty()));
    assertFails(
        look(
            in("InProgress"),
            new MoverState.Ended(
                new Outcome.Failed(FailureKind.TARGET, "The disk is full.", Optional.empty()))),
        NOW,
        "The disk is full.");
    assertFails(
        look(in("InProgress"), new MoverState.Ended(new Outcome.Canceled("a signal came"))),
        NOW,
        "a signal came");
    assertFails(look(in("InProgress"), new MoverState.Died("OOMKilled")), NOW, "OOMKilled");
  }

  @Test
  void shouldHandTheVolumeOverOnceTheDiskIsWritten() {
    // given
    var seen = look(in("InProgress"), COMPLETED);

    // then
    assertThat(classify(seen)).isEqualTo(new State.HowFar());
    assertThat(classify(seen.withMove(new MoveState.Waiting("it is bound"))))
        .isEqualTo(new State.HandingOver("it is bound", Optional.of(REPORT)));
    assertThat(classify(seen.withMove(new MoveState.Done())))
        .isEqualTo(new State.Restored(Optional.of(REPORT)));
    assertFails(seen.withMove(new MoveState.Failed("claim x is bound")), NOW, "claim x is bound");
  }

  @Test
  void shouldHandTheVolumeOverOnlySoLong() {
    // given
    var begun = ACCEPTED.plus(Duration.ofHours(2));
    var move = new MoveState.Waiting("claim shop/db is not there");
    var seen = tried(in("InProgress"), COMPLETED, OwnWork.HAND_OVER, begun).withMove(move);

    // then
    assertThat(classify(seen, ACCEPTED.plus(Duration.ofMinutes(140))))
        .isInstanceOf(State.HandingOver.class);
    assertFails(
        seen, ACCEPTED.plus(Duration.ofMinutes(151)), "did not get it within 30m: claim shop/db");
  }

  @Test
  void shouldNotBeLateWithAVolumeThatNobodyHasTriedToHandOver() {
    // given
    var seen =
        look(in("InProgress"), COMPLETED)
            .withMove(new MoveState.Waiting("claim velero/a is deleted, and still in use"));

    // when
    var state = classify(seen, ACCEPTED.plus(Duration.ofHours(3)));

    // then
    assertThat(state).isInstanceOf(State.HandingOver.class);
    assertThat(state.work()).contains(OwnWork.HAND_OVER);
  }

  static Stream<Arguments> lostJobs() {
    return Stream.of(
        arguments("InProgress", true, true, new State.HowFar()),
        arguments("InProgress", false, true, new State.HowFar()),
        arguments("InProgress", false, false, new State.HowFar()),
        arguments("InProgress", true, false, new State.WhoseTurn()),
        arguments("Prepared", false, false, new State.WhoseTurn()));
  }

  @ParameterizedTest
  @MethodSource("lostJobs")
  void shouldSeeByTheVolumeWhatALostJobHasDone(
      String phase, boolean hasClaim, boolean isMoving, State expected) {
    // when
    var state =
        classify(
            Observation.of(in(phase), Optional.of(TARGET), ABSENT, hasClaim, isMoving, Map.of()));

    // then
    assertThat(state).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Accepted", "Prepared", "InProgress", "Canceling"})
  void shouldStopInEveryPhaseAndWaitForTheMover(String phase) {
    // given
    var seen = look(canceled(in(phase)), new MoverState.Running(Optional.empty()));
    var running = new Leftovers(List.of("pod a"), Optional.of(NOW), List.of("claim b"));
    var stopped = new Leftovers(List.of(), Optional.empty(), List.of("claim b"));

    // then
    assertThat(classify(seen)).isEqualTo(new State.WhatIsLeft());
    assertThat(classify(seen.withLeftovers(running)))
        .isEqualTo(new State.Canceling("Stops the mover."));
    assertThat(classify(seen.withLeftovers(stopped)))
        .isEqualTo(new State.Canceled("Canceled on request.", true));
  }

  @Test
  void shouldNotWaitForEverForAMoverThatDoesNotEnd() {
    // given
    var left = new Leftovers(List.of("pod a"), Optional.of(NOW), List.of());

    // when
    var state =
        classify(
            look(canceled(in("Canceling")), ABSENT).withLeftovers(left),
            NOW.plus(Duration.ofMinutes(16)));

    // then
    assertThat(state)
        .isEqualTo(new State.Canceled("Canceled on request. Its mover did not end: pod a.", true));
  }

  @Test
  void shouldNotWaitForEverForWhatKubernetesRefusesToStop() {
    // given
    var left = new Leftovers(List.of("its pods (not for you)"), Optional.empty(), List.of());
    var seen = tried(canceled(in("Canceling")), ABSENT, OwnWork.STOP, NOW).withLeftovers(left);

    // then
    assertThat(classify(seen, NOW.plus(Duration.ofMinutes(14))))
        .isInstanceOf(State.Canceling.class);
    assertThat(classify(seen, NOW.plus(Duration.ofMinutes(16))))
        .isEqualTo(
            new State.Canceled(
                "Canceled on request. Its mover did not end: its pods (not for you).", true));
  }

  @Test
  void shouldCancelAtOnceWhatNobodyHasBegun() {
    // then
    assertThat(classify(look(canceled(untouched()), ABSENT)))
        .isEqualTo(new State.Canceled("Canceled on request.", false));
  }

  @Test
  void shouldStopWhatIsDeletedAndLeaveWhatWasNeverOurs() {
    // given
    var nothing = new Leftovers(List.of(), Optional.empty(), List.of());

    // then
    assertThat(classify(look(deleted(untouched()), ABSENT))).isEqualTo(new State.Settled());
    assertThat(classify(look(deleted(in("InProgress")), ABSENT).withLeftovers(nothing)))
        .isEqualTo(new State.Canceled("Canceled: the DataDownload was deleted.", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Completed", "Failed", "Canceled"})
  void shouldCleanUpBehindEveryEndBeforeItLetsGo(String phase) {
    // given
    var seen = look(ended(phase, NOW.toString()), ABSENT);
    var left = new Leftovers(List.of(), Optional.empty(), List.of("claim b"));
    var nothing = new Leftovers(List.of(), Optional.empty(), List.of());
    var clean = seen.withLeftovers(nothing);

    // then
    assertThat(classify(seen)).isEqualTo(new State.WhatIsLeft());
    assertThat(classify(seen.withLeftovers(left))).isEqualTo(new State.CleaningUp());
    assertThat(classify(clean)).isEqualTo(new State.WhichVm());
    assertThat(classify(clean.withVmStart(AWAITED)))
        .isEqualTo(new State.AwaitingVm(Optional.empty(), Optional.empty()));
    assertThat(classify(clean.withVmStart(new VmStart.Left())))
        .isEqualTo(new State.Clean(new VmStart.Left(), Optional.empty()));
  }

  @Test
  void shouldLetGoOfWhatDoesNotGoAndSaySo() {
    // given
    var left = new Leftovers(List.of(), Optional.empty(), List.of("volume pvc-1"));

    var late = NOW.plus(Duration.ofMinutes(16));

    // when
    var state =
        classify(
            tried(ended("Failed", NOW.toString()), ABSENT, OwnWork.CLEAN_UP, NOW)
                .withLeftovers(left)
                .withVmStart(new VmStart.Left()),
            late);

    // then
    assertThat(classify(look(ended("Failed", NOW.toString()), ABSENT).withLeftovers(left), late))
        .isEqualTo(new State.CleaningUp());
    assertThat(state).isEqualTo(new State.Clean(new VmStart.Left(), Optional.of(left)));
  }

  @Test
  void shouldCleanUpNoMoreWhileItWaitsForTheVm() {
    // given
    var seen = tried(ended("Completed", NOW.toString()), ABSENT, OwnWork.AWAIT_VM, NOW);

    // then
    assertThat(classify(seen)).isEqualTo(new State.WhichVm());
    assertThat(classify(seen.withVmStart(new VmStart.Started("shop/web-7"))))
        .isEqualTo(new State.Clean(new VmStart.Started("shop/web-7"), Optional.empty()));
  }

  @Test
  void shouldWaitForTheVmOnlySoLong() {
    // given
    var seen =
        tried(ended("Completed", NOW.toString()), ABSENT, OwnWork.AWAIT_VM, NOW)
            .withVmStart(AWAITED);

    // then
    assertThat(classify(seen, NOW.plus(Duration.ofMinutes(1))))
        .isEqualTo(new State.AwaitingVm(Optional.empty(), Optional.empty()));
    assertThat(classify(seen, NOW.plus(Duration.ofHours(24))))
        .isEqualTo(new State.AwaitingVm(Optional.of("the VM is not there"), Optional.empty()));
    assertThat(classify(seen, NOW.plus(Duration.ofHours(25))))
        .isEqualTo(
            new State.Clean(
                new VmStart.Halted(
                    "After 24h, timeouts.total, the VM is not there. If the VM is halted, start it yourself."),
                Optional.empty()));
  }

  @Test
  void shouldSayWhatDoesNotGoAlsoWhereTheVmIsAwaited() {
    // given
    var left = new Leftovers(List.of(), Optional.empty(), List.of("volume pvc-1"));
    var seen =
        tried(ended("Completed", NOW.toString()), ABSENT, OwnWork.CLEAN_UP, NOW)
            .withLeftovers(left)
            .withVmStart(AWAITED);

    // then
    assertThat(classify(seen, NOW.plus(Duration.ofMinutes(16))))
        .isEqualTo(new State.AwaitingVm(Optional.empty(), Optional.of(left)));
  }

  @Test
  void shouldHaveNothingMoreToDoWithWhatHasEnded() {
    // given
    var request =
        with(
            ended("Completed", NOW.toString()),
            "finalizers:\n  - \"virtmover.io/cleanup\"",
            "generation: 2");

    // then
    assertThat(classify(look(request, ABSENT))).isEqualTo(new State.Settled());
    assertThat(classify(look(canceled(request), ABSENT))).isEqualTo(new State.Settled());
  }

  private static Observation look(DataDownload request, MoverState mover) {
    return Observation.of(request, Optional.of(TARGET), mover, true, false, Map.of());
  }

  private static Observation tried(
      DataDownload request, MoverState mover, OwnWork work, Instant since) {
    return Observation.of(request, Optional.of(TARGET), mover, true, false, Map.of(work, since));
  }

  private static Observation withTarget(Optional<PersistentVolumeClaim> target) {
    return Observation.of(in("Accepted"), target, ABSENT, false, false, Map.of());
  }

  private static Observation found(Disk disk) {
    return look(in("Accepted"), ABSENT)
        .withTurn(true)
        .withDisk(new DiskLookup.Answer.Found(disk, LOCATION));
  }

  private static State classify(Observation seen) {
    return classify(seen, NOW);
  }

  private static State classify(Observation seen, Instant now) {
    return Classification.classify(seen, TIMEOUTS, now);
  }

  private static void assertFails(Observation seen, Instant now, String... words) {
    assertThat(classify(seen, now))
        .isInstanceOfSatisfying(
            State.Failed.class, failed -> assertThat(failed.message()).contains(words));
  }
}
