// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.callback;

import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.Keys;
import io.virtmover.controller.access.BearerToken;
import io.virtmover.controller.access.TokenAnswers;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.mover.MoverPod;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Whose report it is: the API server tells from the token which pod it was made for, and the pod's
 * label tells the attempt. A token is asked about once in a while, not for each report.
 */
@ApplicationScoped
public class MoverIdentity {
  /** A pod, and the attempt that it makes. */
  record Mover(String attempt, MoverPod pod) {}

  private static final Duration KEPT = Duration.ofMinutes(2);
  private static final int MOST_KEPT = 10_000;
  private static final String POD = "authentication.kubernetes.io/pod-name";
  private static final String POD_UID = "authentication.kubernetes.io/pod-uid";

  private final KubernetesClient client;
  private final ControllerConfig config;
  private final Clock clock = Clock.systemUTC();
  private final TokenAnswers<Mover> known = new TokenAnswers<>(KEPT, MOST_KEPT);

  MoverIdentity(KubernetesClient client, ControllerConfig config) {
    this.client = client;
    this.config = config;
  }

  /** The token's pod and its attempt; empty for any token but a mover's. */
  Optional<Mover> mover(BearerToken token) {
    var now = clock.instant();
    return known.of(token, now).or(() -> reviewed(token, now));
  }

  private Optional<Mover> reviewed(BearerToken token, Instant now) {
    var mover = review(token);
    mover.ifPresent(found -> known.keep(token, found, now));
    return mover;
  }

  private Optional<Mover> review(BearerToken token) {
    var review =
        client
            .resource(
                new TokenReviewBuilder()
                    .withNewSpec()
                    .withToken(token.value())
                    .withAudiences(config.callback().audience())
                    .endSpec()
                    .build())
            .create();
    return Optional.ofNullable(review.getStatus()).filter(this::isMover).flatMap(this::moverOf);
  }

  private boolean isMover(TokenReviewStatus status) {
    var account =
        "system:serviceaccount:%s:%s"
            .formatted(config.namespace(), config.mover().serviceAccount());
    return Boolean.TRUE.equals(status.getAuthenticated())
        && status.getAudiences().contains(config.callback().audience())
        && account.equals(status.getUser().getUsername());
  }

  private Optional<Mover> moverOf(TokenReviewStatus status) {
    var pod = extra(status, POD);
    var uid = extra(status, POD_UID);
    if (pod.isEmpty()) {
      return Optional.empty();
    }
    return Optional.ofNullable(
            client.pods().inNamespace(config.namespace()).withName(pod.get()).get())
        .map(found -> found.getMetadata())
        .filter(metadata -> uid.equals(Optional.of(metadata.getUid())))
        .flatMap(
            metadata ->
                Optional.ofNullable(metadata.getLabels().get(Keys.ATTEMPT))
                    .map(attempt -> new Mover(attempt, MoverPod.of(metadata))));
  }

  private static Optional<String> extra(TokenReviewStatus status, String key) {
    var extra = status.getUser().getExtra();
    return Optional.ofNullable(extra)
        .map(all -> all.get(key))
        .map(List::copyOf)
        .filter(values -> values.size() == 1)
        .map(List::getFirst);
  }
}
