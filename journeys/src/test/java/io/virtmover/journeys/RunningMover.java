// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.virtmover.lab.junit.LabNamespace;

/** The pod that moves a request's data now, to be ended in one of the ways in which pods end. */
final class RunningMover {
  private final LabNamespace lab;
  private final Pod pod;

  private RunningMover(LabNamespace lab, Pod pod) {
    this.lab = lab;
    this.pod = pod;
  }

  /** Waits until a request has one that runs. */
  static RunningMover of(LabNamespace lab, String namespace, PlacedRequest request) {
    return new RunningMover(
        lab,
        lab
            .awaitAll(
                lab.client()
                    .pods()
                    .inNamespace(namespace)
                    .withLabel("virtmover.io/request-uid", request.uid()),
                "a mover of %s runs".formatted(request.name()),
                pods -> pods.stream().anyMatch(RunningMover::isRunning))
            .stream()
            .filter(RunningMover::isRunning)
            .findFirst()
            .orElseThrow());
  }

  private static boolean isRunning(Pod pod) {
    return "Running".equals(pod.getStatus().getPhase())
        && pod.getMetadata().getDeletionTimestamp() == null;
  }

  /** Kills it as a node's death does. */
  void kill() {
    gone(() -> at().withGracePeriod(0).delete());
  }

  /** Has Kubernetes evict it, as before a node is emptied. */
  void evict() {
    gone(() -> assertThat(at().evict()).isTrue());
  }

  /** Has the kernel kill it because its memory is at an end. */
  void exhaust() {
    lab.exhaust(pod);
    assertThat(ended().getReason()).isEqualTo("OOMKilled");
  }

  /** Waits until it has given up; the message that it left. */
  String awaitDeath() {
    return ended().getMessage();
  }

  private ContainerStateTerminated ended() {
    return lab.await(
            at(),
            "the mover ends with a failure",
            now -> now != null && "Failed".equals(now.getStatus().getPhase()))
        .getStatus()
        .getContainerStatuses()
        .getFirst()
        .getState()
        .getTerminated();
  }

  private void gone(Runnable end) {
    end.run();
    var uid = pod.getMetadata().getUid();
    lab.await(
        at(), "the mover is gone", now -> now == null || !now.getMetadata().getUid().equals(uid));
  }

  private PodResource at() {
    return lab.client()
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName());
  }
}
