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
   * Asks everything to go, and tells what has not gone; to be repeated until nothing is left. Of a
   * request that has ended, what the API server refuses counts as left, so that it can be given up.
   * Of one that is being stopped it does not: there only the truth about its pods will do.
   *
   * @throws KubernetesClientException if the API server refuses then, or does not answer
   */
  Leftovers cleanUp(DataDownload request) {
    try {
      return clean(request);
    } catch (KubernetesClientException e) {
      if (!request.phase().isFinal()) {
        throw e;
      }
      return new Leftovers(List.of(), Optional.empty(), List.of(ApiTrouble.refusal(e)));
    }
  }

  private Leftovers clean(DataDownload request) {
    var others = new ArrayList<>(stopMover(request));
    var _ =
        client
            .secrets()
            .inNamespace(config.namespace())
            .withName(RestoreObjects.name(request))
            .delete();
    var pods = pods(request);
    others.addAll(moves.abandon(request));
    return new Leftovers(
        pods.stream().map(pod -> "pod " + name(pod)).toList(), stoppingSince(pods), others);
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
