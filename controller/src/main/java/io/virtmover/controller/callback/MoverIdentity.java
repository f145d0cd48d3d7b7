// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.callback;

import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.Keys;
import io.virtmover.controller.access.BearerToken;
import io.virtmover.controller.access.TokenAnswers;
import io.virtmover.controller.config.ControllerConfig;
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
  private static final Duration KEPT = Duration.ofMinutes(2);
  private static final int MOST_KEPT = 10_000;
  private static final String POD = "authentication.kubernetes.io/pod-name";
  private static final String POD_UID = "authentication.kubernetes.io/pod-uid";

  private final KubernetesClient client;
  private final ControllerConfig config;
  private final Clock clock = Clock.systemUTC();
  private final TokenAnswers<String> known = new TokenAnswers<>(KEPT, MOST_KEPT);

  MoverIdentity(KubernetesClient client, ControllerConfig config) {
    this.client = client;
    this.config = config;
  }

  /** The attempt that the token's pod makes; empty for any token but a mover's. */
  Optional<String> attempt(BearerToken token) {
    var now = clock.instant();
    return known.of(token, now).or(() -> reviewed(token, now));
  }

  private Optional<String> reviewed(BearerToken token, Instant now) {
    var attempt = review(token);
    attempt.ifPresent(found -> known.keep(token, found, now));
    return attempt;
  }

  private Optional<String> review(BearerToken token) {
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
    return Optional.ofNullable(review.getStatus()).filter(this::isMover).flatMap(this::attemptOf);
  }

  private boolean isMover(TokenReviewStatus status) {
    var account =
        "system:serviceaccount:%s:%s"
            .formatted(config.namespace(), config.mover().serviceAccount());
    return Boolean.TRUE.equals(status.getAuthenticated())
        && status.getAudiences().contains(config.callback().audience())
        && account.equals(status.getUser().getUsername());
  }

  private Optional<String> attemptOf(TokenReviewStatus status) {
    var pod = extra(status, POD);
    var uid = extra(status, POD_UID);
    if (pod.isEmpty()) {
      return Optional.empty();
    }
    return Optional.ofNullable(
            client.pods().inNamespace(config.namespace()).withName(pod.get()).get())
        .map(found -> found.getMetadata())
        .filter(metadata -> uid.equals(Optional.of(metadata.getUid())))
        .map(metadata -> metadata.getLabels().get(Keys.ATTEMPT));
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
