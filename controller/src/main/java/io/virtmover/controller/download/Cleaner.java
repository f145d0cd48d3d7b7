// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.download;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.virtmover.controller.Keys;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.volume.ClaimMoves;
import io.virtmover.controller.watch.ApiTrouble;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Removes what a DataDownload has made. It asks the API server itself: what is watched may not show
 * yet what was made a moment ago.
 */
@ApplicationScoped
class Cleaner {
  private final KubernetesClient client;
  private final ControllerConfig config;
  private final ClaimMoves moves;

  Cleaner(KubernetesClient client, ControllerConfig config, ClaimMoves moves) {
    this.client = client;
    this.config = config;
    this.moves = moves;
  }

  /**
   * Asks everything to go, and tells what has not gone; to be repeated until nothing is left. What
   * the API server refuses is left, and does not keep the rest from going.
   *
   * @throws KubernetesClientException if the API server does not answer
   */
  Leftovers cleanUp(DataDownload request) {
    var others = new ArrayList<>(left("its Job", () -> stopMover(request)));
    var secret = RestoreObjects.name(request);
    others.addAll(
        left(
            "secret " + secret,
            () -> {
              client.secrets().inNamespace(config.namespace()).withName(secret).delete();
              return List.of();
            }));
    others.addAll(left("its claims and volumes", () -> moves.abandon(request)));
    var stopping = new ArrayList<Pod>();
    var pods =
        left(
            "its pods",
            () -> {
              stopping.addAll(pods(request));
              return stopping.stream().map(pod -> "pod " + name(pod)).toList();
            });
    return new Leftovers(pods, stoppingSince(stopping), others);
  }

  private static List<String> left(String what, Supplier<List<String>> cleaning) {
    try {
      return cleaning.get();
    } catch (KubernetesClientException e) {
      return List.of("%s (%s)".formatted(what, ApiTrouble.refusal(e)));
    }
  }

  /** Asks the mover to go; the Jobs that are still there. */
  List<String> stopMover(DataDownload request) {
    var left = new ArrayList<String>();
    var jobs = client.batch().v1().jobs().inNamespace(config.namespace());
    for (var job : jobs.withLabel(Keys.REQUEST_UID, uid(request)).list().getItems()) {
      var _ = client.resource(job).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
      left.add("Job " + name(job));
    }
    return left;
  }

  private List<Pod> pods(DataDownload request) {
    return client
        .pods()
        .inNamespace(config.namespace())
        .withLabel(Keys.REQUEST_UID, uid(request))
        .list()
        .getItems();
  }

  private static Optional<Instant> stoppingSince(List<Pod> pods) {
    return pods.stream()
        .map(pod -> pod.getMetadata().getDeletionTimestamp())
        .filter(Objects::nonNull)
        .map(Instant::parse)
        .min(Comparator.naturalOrder());
  }

  private static String uid(DataDownload request) {
    return request.getMetadata().getUid();
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }
}
