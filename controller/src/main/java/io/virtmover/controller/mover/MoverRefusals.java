// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.watch.ToldEvents;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;

/**
 * Why a Job gets no pod: a quota or a policy refuses it. Kubernetes tries that without an end, and
 * tells it by an event of the Job alone.
 */
@ApplicationScoped
public class MoverRefusals {
  private static final Duration USUAL_START = Duration.ofSeconds(20);
  private static final String PREFIX = "Error creating: ";

  private final KubernetesClient client;
  private final ControllerConfig config;

  MoverRefusals(KubernetesClient client, ControllerConfig config) {
    this.client = client;
    this.config = config;
  }

  /**
   * The state with Kubernetes' words, where a mover waits and nothing else says why.
   *
   * @param job the Job's name
   */
  public MoverState explain(MoverState state, String job, Collection<Pod> pods, Instant now) {
    return state instanceof MoverState.Waiting(var since, var why)
            && why.isEmpty()
            && pods.stream().noneMatch(MoverRefusals::isPending)
            && now.isAfter(since.plus(USUAL_START))
        ? new MoverState.Waiting(since, refusal(job, since))
        : state;
  }

  private static boolean isPending(Pod pod) {
    return pod.getStatus() != null && "Pending".equals(pod.getStatus().getPhase());
  }

  private String refusal(String job, Instant since) {
    return ToldEvents.latest(client, config.namespace(), job, "FailedCreate", since)
        .map(words -> words.startsWith(PREFIX) ? words.substring(PREFIX.length()) : words)
        .map("Kubernetes makes no pod for it: %s"::formatted)
        .orElse("");
  }
}
