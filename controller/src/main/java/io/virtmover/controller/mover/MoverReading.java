// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Outcome;
import io.virtmover.transfer.ResultCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads a {@link MoverState}. */
public final class MoverReading {
  /** How long a pod may be there after the time by which its containers are killed. */
  static final Duration MAY_LINGER = Duration.ofMinutes(2);

  private MoverReading() {}

  /** Reads it. */
  public static MoverState of(Optional<Job> job, Collection<Pod> pods, Reported all, Instant now) {
    if (job.isEmpty()) {
      return new MoverState.Absent();
    }
    var latest = latest(pods);
    var reported = all.of(latest.map(Pod::getMetadata).map(MoverPod::of));
    if (hasCondition(job.get(), "Complete").isPresent()) {
      return told(latest, reported)
          .<MoverState>map(MoverState.Ended::new)
          .orElseGet(() -> new MoverState.Died("it ended and left no result"));
    }
    var failed = hasCondition(job.get(), "Failed");
    if (failed.isPresent()) {
      return failed(latest, reported, failed.get());
    }
    if (latest.isPresent()
        && told(latest, reported).orElse(null) instanceof Outcome.Completed done) {
      return new MoverState.Ending(done, reported.progress());
    }
    var lost = latest.filter(pod -> isLost(pod, now));
    if (lost.isPresent()) {
      return new MoverState.Waiting(since(job.get(), latest), silence(lost.get()));
    }
    if (latest.filter(MoverReading::runsOrHasSucceeded).isPresent()) {
      return new MoverState.Running(reported.progress());
    }
    return new MoverState.Waiting(
        since(job.get(), latest), latest.map(pod -> obstacle(pod, reported)).orElse(""));
  }

  /** A mover that ran and died waits anew, since then. */
  private static Instant since(Job job, Optional<Pod> latest) {
    return Stream.of(
            Optional.of(job.getMetadata().getCreationTimestamp()),
            latest.map(pod -> pod.getMetadata().getCreationTimestamp()),
            latest.flatMap(MoverReading::terminated).map(ContainerStateTerminated::getFinishedAt))
        .flatMap(Optional::stream)
        .map(Instant::parse)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private static MoverState failed(
      Optional<Pod> latest, Reported reported, JobCondition condition) {
    var told = told(latest, reported).filter(outcome -> !(outcome instanceof Outcome.Completed));
    if (told.isPresent()) {
      return new MoverState.Ended(told.get());
    }
    var end =
        latest
            .flatMap(MoverReading::terminated)
            .map(state -> "%s, exit code %d".formatted(state.getReason(), state.getExitCode()))
            .or(() -> latest.map(pod -> text(pod.getStatus().getReason())))
            .filter(text -> !text.isEmpty())
            .orElse("no pod of it is left");
    return new MoverState.Died(
        "%s (%s: %s)".formatted(end, condition.getReason(), text(condition.getMessage())));
  }

  /** The end as the pod's termination message has it, or else as it was posted. */
  private static Optional<Outcome> told(Optional<Pod> pod, Reported reported) {
    return pod.flatMap(MoverReading::terminated)
        .map(ContainerStateTerminated::getMessage)
        .filter(message -> message != null && !message.isBlank())
        .flatMap(MoverReading::outcome)
        .or(reported::end);
  }

  private static Optional<Outcome> outcome(String message) {
    try {
      return Optional.of(ResultCodec.read("the mover's termination message", message).outcome());
    } catch (VirtMoverException e) {
      // A crash leaves other text there; the Job's own words are told instead.
      return Optional.empty();
    }
  }

  private static Optional<Pod> latest(Collection<Pod> pods) {
    return pods.stream()
        .max(Comparator.comparing(pod -> MoverPod.of(pod.getMetadata()), MoverPod.AGE));
  }

  /** The Job says so a moment later; nothing is run again. */
  private static boolean runsOrHasSucceeded(Pod pod) {
    return isRunning(pod)
        || (pod.getStatus() != null && "Succeeded".equals(pod.getStatus().getPhase()));
  }

  /**
   * Only Kubernetes may let the pod go: it may run on where nobody sees it, and write to a disk
   * that the next one has restored.
   */
  private static String silence(Pod pod) {
    return "node %s of its pod %s does not answer; bring it back, or delete the node, or give it the taint node.kubernetes.io/out-of-service"
        .formatted(text(pod.getSpec().getNodeName()), pod.getMetadata().getName());
  }

  /** The time of a deletion is the one by which containers are killed. */
  private static boolean isLost(Pod pod, Instant now) {
    return !hasEnded(pod)
        && Optional.ofNullable(pod.getMetadata().getDeletionTimestamp())
            .map(Instant::parse)
            .filter(killed -> now.isAfter(killed.plus(MAY_LINGER)))
            .isPresent();
  }

  private static boolean hasEnded(Pod pod) {
    return pod.getStatus() != null
        && List.of("Succeeded", "Failed").contains(text(pod.getStatus().getPhase()));
  }

  /** Whether a mover's pod runs. */
  public static boolean isRunning(Pod pod) {
    return pod.getStatus() != null && "Running".equals(pod.getStatus().getPhase());
  }

  private static Optional<JobCondition> hasCondition(Job job, String type) {
    var status = job.getStatus();
    var conditions = status == null ? List.<JobCondition>of() : status.getConditions();
    return conditions.stream()
        .filter(condition -> condition.getType().equals(type))
        .filter(condition -> condition.getStatus().equals("True"))
        .findFirst();
  }

  private static Optional<ContainerStateTerminated> terminated(Pod pod) {
    return containers(pod).stream()
        .map(ContainerStatus::getState)
        .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getTerminated).stream())
        .findFirst();
  }

  /**
   * Why a pod does not run yet, in the scheduler's or the kubelet's words; or why it is to run
   * again, in its own.
   */
  private static String obstacle(Pod pod, Reported reported) {
    if (hasEnded(pod)) {
      return told(Optional.of(pod), reported)
          .map(outcome -> outcome instanceof Outcome.Failed failed ? failed.message() : "")
          .filter(text -> !text.isEmpty())
          .map("the mover's last pod ended: %s"::formatted)
          .orElse("");
    }
    var waiting =
        containers(pod).stream()
            .map(ContainerStatus::getState)
            .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getWaiting).stream())
            .map(MoverReading::words)
            .filter(words -> !words.isEmpty())
            .findFirst();
    return waiting.orElseGet(
        () ->
            pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("PodScheduled"))
                .filter(condition -> condition.getStatus().equals("False"))
                .map(PodCondition::getMessage)
                .map(MoverReading::text)
                .findFirst()
                .orElse(""));
  }

  private static String words(ContainerStateWaiting waiting) {
    var reason = text(waiting.getReason());
    return reason.equals("ContainerCreating") || reason.equals("PodInitializing")
        ? ""
        : "%s: %s".formatted(reason, text(waiting.getMessage()));
  }

  private static List<ContainerStatus> containers(Pod pod) {
    return pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
  }

  private static String text(String text) {
    return text == null ? "" : text;
  }
}
