// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.mover;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.report.ToldWait;
import io.virtmover.controller.velero.TransferObject;
import io.virtmover.controller.watch.ToldEvents;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * Why a mover does not run, where Kubernetes tells it by events alone, and tries without an end: a
 * quota or a policy refuses the Job's pod, or a node cannot mount what the pod needs.
 */
@ApplicationScoped
public class MoverRefusals {
  private static final Duration USUAL_START = Duration.ofSeconds(20);
  private static final String PREFIX = "Error creating: ";

  private static final String NO_POD = "Kubernetes makes no pod for it: ";
  private static final String ON_ITS_NODE = "its node cannot make it ready: ";

  private static final Set<String> OF_NODES =
      Set.of("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox");

  private final KubernetesClient client;
  private final ControllerConfig config;

  MoverRefusals(KubernetesClient client, ControllerConfig config) {
    this.client = client;
    this.config = config;
  }

  /**
   * The state with Kubernetes' words, where a mover waits and its pod does not say why.
   *
   * @param job the Job's name
   */
  public MoverState explain(MoverState state, String job, Collection<Pod> pods, Instant now) {
    if (!(state instanceof MoverState.Waiting(var since, var why))
        || !now.isAfter(since.plus(USUAL_START))) {
      return state;
    }
    var pending = pods.stream().filter(MoverRefusals::isPending).findFirst();
    if (pending.isEmpty()) {
      return new MoverState.Waiting(since, refusal(job, since).orElse(why));
    }
    return why.isEmpty()
        ? new MoverState.Waiting(since, trouble(pending.get(), since).orElse(why))
        : state;
  }

  /** A message with such words, as it was told first where they say the same. */
  public static String steady(TransferObject request, String message) {
    return ToldWait.steady(request, ToldWait.steady(request, message, NO_POD), ON_ITS_NODE);
  }

  private static boolean isPending(Pod pod) {
    return pod.getStatus() != null && "Pending".equals(pod.getStatus().getPhase());
  }

  private Optional<String> trouble(Pod pod, Instant since) {
    return ToldEvents.latest(
            client, config.namespace(), pod.getMetadata().getName(), OF_NODES, since)
        .map(ON_ITS_NODE::concat);
  }

  private Optional<String> refusal(String job, Instant since) {
    return ToldEvents.latest(client, config.namespace(), job, Set.of("FailedCreate"), since)
        .map(words -> words.startsWith(PREFIX) ? words.substring(PREFIX.length()) : words)
        .map(NO_POD::concat);
  }
}
