// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.virtmover.controller.velero.TransferStatus;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.transfer.Outcome;
import io.virtmover.transfer.RestoreReport;
import io.virtmover.transfer.ResultCodec;
import io.virtmover.transfer.TransferResult;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoverReadingTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final String MADE = "2026-03-01T02:00:00Z";
  private static final Instant NOW = Instant.parse("2026-03-01T06:00:00Z");
  private static final Job UNFINISHED = job("{}");
  private static final Job COMPLETE = job("{conditions: [{type: Complete, status: 'True'}]}");
  private static final Job FAILED =
      job(
          "{conditions: [{type: Failed, status: 'True', reason: BackoffLimitExceeded, message: Job has reached the specified backoff limit}]}");
  private static final Outcome DONE =
      new Outcome.Completed(new RestoreReport(new VolumeName("rootdisk"), 4096, 2, 5, 6, 0, true));
  private static final Outcome.Failed DENIED =
      new Outcome.Failed(FailureKind.ACCESS_DENIED, "Denied.", Optional.empty());

  @Test
  void withoutAJob_nobodyHasAskedForIt() {
    assertThat(MoverReading.of(Optional.empty(), List.of(pod("{phase: Running}")), told(DONE), NOW))
        .isEqualTo(new MoverState.Absent());
  }

  static Stream<Arguments> waits() {
    return Stream.of(
        arguments("{}", ""),
        arguments("{phase: Pending}", ""),
        arguments(
            "{phase: Pending, conditions: [{type: PodScheduled, status: 'False', reason: Unschedulable, message: 0/3 nodes are available.}]}",
            "0/3 nodes are available."),
        arguments(
            "{phase: Pending, conditions: [{type: PodScheduled, status: 'True'}], containerStatuses: [{state: {waiting: {reason: ImagePullBackOff, message: Back-off pulling image x}}}]}",
            "ImagePullBackOff: Back-off pulling image x"),
        arguments(
            "{phase: Pending, containerStatuses: [{state: {waiting: {reason: ErrImageNeverPull}}}]}",
            "ErrImageNeverPull: "),
        arguments(
            "{phase: Pending, containerStatuses: [{state: {waiting: {reason: ContainerCreating}}}]}",
            ""));
  }

  @ParameterizedTest
  @MethodSource("waits")
  void aPodThatDoesNotRunYet_saysWhy(String status, String why) {
    assertThat(read(UNFINISHED, pod(status)))
        .isEqualTo(new MoverState.Waiting(Instant.parse(MADE), why));
  }

  @Test
  void aJobWithoutAPod_waits() {
    assertThat(read(UNFINISHED)).isEqualTo(new MoverState.Waiting(Instant.parse(MADE), ""));
  }

  @Test
  void aRunningPod_tellsItsProgress() {
    // given
    var progress = Optional.of(new TransferStatus.Progress(100, 7));

    // then
    assertThat(
            MoverReading.of(
                Optional.of(UNFINISHED),
                List.of(pod("{phase: Running}")),
                new Reported(Optional.of(made("a", MADE)), progress, Optional.empty()),
                NOW))
        .isEqualTo(new MoverState.Running(progress));
  }

  @Test
  void anEarlierPodsReport_isNotThatOfTheOneThatRuns() {
    // given
    var next = pod("b", "2026-03-01T02:10:00Z", "{phase: Running}");
    var earlier =
        new Reported(
            Optional.of(made("a", MADE)),
            Optional.of(new TransferStatus.Progress(100, 90)),
            Optional.of(new Outcome.Canceled("It was drained.")));

    // then
    assertThat(MoverReading.of(Optional.of(UNFINISHED), List.of(next), earlier, NOW))
        .isEqualTo(new MoverState.Running(Optional.empty()));
    assertThat(MoverReading.of(Optional.of(FAILED), List.of(next), earlier, NOW))
        .isInstanceOf(MoverState.Died.class);
  }

  @Test
  void aPodThatHasSucceeded_isNotRunAgain() {
    assertThat(read(UNFINISHED, pod("{phase: Succeeded}")))
        .isEqualTo(new MoverState.Running(Optional.empty()));
  }

  @Test
  void aSuccessThatTheLatestPodTells_isItsEndBeforeKubernetesSaysSo() {
    // given
    var posted = told(DONE);
    var ending = new MoverState.Ending((Outcome.Completed) DONE, Optional.empty());

    // then
    assertThat(
            MoverReading.of(Optional.of(UNFINISHED), List.of(pod("{phase: Running}")), posted, NOW))
        .isEqualTo(ending);
    assertThat(read(UNFINISHED, ended(DONE))).isEqualTo(ending);
    assertThat(MoverReading.of(Optional.of(UNFINISHED), List.of(), posted, NOW))
        .isInstanceOf(MoverState.Waiting.class);
    assertThat(
            MoverReading.of(
                Optional.of(UNFINISHED),
                List.of(pod("b", "2026-03-01T02:10:00Z", "{phase: Running}")),
                posted,
                NOW))
        .isInstanceOf(MoverState.Running.class);
    assertThat(
            MoverReading.of(
                Optional.of(UNFINISHED), List.of(pod("{phase: Running}")), told(DENIED), NOW))
        .isInstanceOf(MoverState.Running.class);
  }

  @Test
  void theLatestPod_counts() {
    // given
    var evicted = pod("a", "2026-03-01T02:00:01Z", "{phase: Failed, reason: Evicted}");
    var next = pod("b", "2026-03-01T02:10:00Z", "{phase: Running}");

    // then
    assertThat(read(UNFINISHED, evicted, next)).isEqualTo(new MoverState.Running(Optional.empty()));
    assertThat(read(UNFINISHED, next, evicted)).isEqualTo(new MoverState.Running(Optional.empty()));
  }

  @Test
  void aPodThatIsStillThereLongAfterItsEnd_isLost() {
    // given
    var lost =
        new MoverState.Waiting(
            Instant.parse(MADE),
            "node node-1 of its pod a does not answer; bring it back, or delete the node, or give it the taint node.kubernetes.io/out-of-service");
    var killedBy = NOW.minus(MoverReading.MAY_LINGER);

    // then
    for (var status : List.of("{phase: Running}", "{phase: Pending}")) {
      assertThat(read(UNFINISHED, deleted(pod(status), killedBy.minusSeconds(1)))).isEqualTo(lost);
      assertThat(read(UNFINISHED, deleted(pod(status), killedBy))).isNotEqualTo(lost);
    }
    assertThat(read(UNFINISHED, deleted(pod("{phase: Failed}"), killedBy.minusSeconds(1))))
        .isInstanceOf(MoverState.Waiting.class);
    assertThat(
            MoverReading.of(
                Optional.of(UNFINISHED),
                List.of(deleted(pod("{phase: Running}"), killedBy.minusSeconds(1))),
                told(DONE),
                NOW))
        .isInstanceOf(MoverState.Ending.class);
  }

  private static Pod deleted(Pod pod, Instant killedBy) {
    pod.getMetadata().setDeletionTimestamp(killedBy.toString());
    pod.setSpec(new PodSpecBuilder().withNodeName("node-1").build());
    return pod;
  }

  @Test
  void aMoverThatRanForHoursAndDied_waitsSinceThen() {
    // given
    var died =
        pod(terminated("exitCode: 137, reason: OOMKilled, finishedAt: '2026-03-01T05:00:00Z'"));
    var next = pod("b", "2026-03-01T05:00:10Z", "{phase: Pending}");

    // then
    assertThat(read(UNFINISHED, died))
        .isEqualTo(new MoverState.Waiting(Instant.parse("2026-03-01T05:00:00Z"), ""));
    assertThat(read(UNFINISHED, died, next))
        .isEqualTo(new MoverState.Waiting(Instant.parse("2026-03-01T05:00:10Z"), ""));
  }

  @Test
  void aMoverThatGaveUp_isToldInItsWordsUntilTheNextOneComes() {
    // given
    var next = pod("b", "2026-03-01T05:00:10Z", "{phase: Pending}");

    // then
    assertThat(read(UNFINISHED, ended(DENIED)))
        .isEqualTo(
            new MoverState.Waiting(
                Instant.parse(MADE), "the mover's last pod ended: " + DENIED.message()));
    assertThat(read(UNFINISHED, ended(DENIED), next))
        .isEqualTo(new MoverState.Waiting(Instant.parse("2026-03-01T05:00:10Z"), ""));
  }

  @Test
  void aTerminationMessage_isTheEnd() {
    assertThat(read(COMPLETE, ended(DONE))).isEqualTo(new MoverState.Ended(DONE));
    assertThat(read(FAILED, ended(DENIED))).isEqualTo(new MoverState.Ended(DENIED));
  }

  @Test
  void whatWasPosted_standsInForAPodThatIsGone() {
    assertThat(MoverReading.of(Optional.of(COMPLETE), List.of(), told(DONE), NOW))
        .isEqualTo(new MoverState.Ended(DONE));
    assertThat(MoverReading.of(Optional.of(FAILED), List.of(), told(DENIED), NOW))
        .isEqualTo(new MoverState.Ended(DENIED));
  }

  @Test
  void theTerminationMessage_countsBeforeWhatWasPosted() {
    // given
    var canceled = new Outcome.Canceled("By a signal.");

    // then
    assertThat(MoverReading.of(Optional.of(FAILED), List.of(ended(DENIED)), told(canceled), NOW))
        .isEqualTo(new MoverState.Ended(DENIED));
  }

  @Test
  void anEndThatNobodyTold_isADeath() {
    assertThat(read(COMPLETE)).isEqualTo(new MoverState.Died("it ended and left no result"));
    assertThat(read(FAILED))
        .isEqualTo(
            new MoverState.Died(
                "no pod of it is left (BackoffLimitExceeded: Job has reached the specified backoff limit)"));
  }

  @Test
  void aFailedJobThatTellsASuccess_isADeath() {
    assertThat(read(FAILED, ended(DONE))).isInstanceOf(MoverState.Died.class);
  }

  static Stream<Arguments> deaths() {
    return Stream.of(
        arguments(terminated("exitCode: 137, reason: OOMKilled"), "OOMKilled, exit code 137 ("),
        arguments(terminated("exitCode: 1, reason: Error, message: ' '"), "Error, exit code 1 ("),
        arguments("{phase: Failed, reason: Evicted}", "Evicted ("),
        arguments("{phase: Failed}", "no pod of it is left ("));
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void aDeath_isToldInKubernetesWords(String status, String why) {
    assertThat(read(FAILED, pod(status)))
        .isInstanceOfSatisfying(
            MoverState.Died.class, died -> assertThat(died.why()).startsWith(why));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Exception in thread main",
        "{",
        "{}",
        "null",
        "{\"version\": \"99.0\"}",
        "{\"outcome\": \"Completed\"}"
      })
  void anotherTextInTheTerminationMessage_isNoEnd(String message) {
    // given
    var pod = pod(terminated("exitCode: 1, reason: Error"));
    pod.getStatus()
        .getContainerStatuses()
        .getFirst()
        .getState()
        .getTerminated()
        .setMessage(message);

    // then
    assertThat(read(FAILED, pod)).isInstanceOf(MoverState.Died.class);
    assertThat(read(COMPLETE, pod)).isInstanceOf(MoverState.Died.class);
  }

  private static MoverState read(Job job, Pod... pods) {
    return MoverReading.of(Optional.of(job), List.of(pods), Reported.NOTHING, NOW);
  }

  private static Reported told(Outcome end) {
    return new Reported(Optional.of(made("a", MADE)), Optional.empty(), Optional.of(end));
  }

  private static MoverPod made(String name, String created) {
    return new MoverPod("uid-" + name, name, Instant.parse(created));
  }

  private static Job job(String status) {
    return YAML.unmarshal(
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: vmb, creationTimestamp: "%s"}
        status: %s
        """
            .formatted(MADE, status),
        Job.class);
  }

  private static Pod pod(String status) {
    return pod("a", MADE, status);
  }

  private static Pod pod(String name, String created, String status) {
    return YAML.unmarshal(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, uid: uid-%s, creationTimestamp: "%s"}
        status: %s
        """
            .formatted(name, name, created, status),
        Pod.class);
  }

  private static String terminated(String state) {
    return "{phase: Failed, containerStatuses: [{state: {terminated: {%s}}}]}".formatted(state);
  }

  private static Pod ended(Outcome outcome) {
    var pod = pod(terminated("exitCode: 0"));
    pod.getStatus()
        .getContainerStatuses()
        .getFirst()
        .getState()
        .getTerminated()
        .setMessage(ResultCodec.write(new TransferResult("vmb", outcome, false)));
    return pod;
  }
}
