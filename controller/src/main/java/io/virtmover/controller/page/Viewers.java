// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.page;

import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.controller.access.BearerToken;
import io.virtmover.controller.access.TokenAnswers;
import io.virtmover.controller.config.ControllerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom the page is shown: who may list DataUploads and DataDownloads in Velero's namespace. The API
 * server is asked who a token is of and what he may, and its answer holds for a short time.
 */
@ApplicationScoped
public class Viewers {
  private static final Duration KEPT = Duration.ofSeconds(30);
  private static final int MOST_KEPT = 1000;
  private static final List<String> KINDS = List.of("datauploads", "datadownloads");

  private final KubernetesClient client;
  private final String namespace;
  private final Clock clock;
  private final TokenAnswers<Access> answers = new TokenAnswers<>(KEPT, MOST_KEPT);

  @Inject
  Viewers(KubernetesClient client, ControllerConfig config) {
    this(client, config.namespace(), Clock.systemUTC());
  }

  Viewers(KubernetesClient client, String namespace, Clock clock) {
    this.client = client;
    this.namespace = namespace;
    this.clock = clock;
  }

  /**
   * What the sender of a request may.
   *
   * @param authorization its header
   * @throws io.fabric8.kubernetes.client.KubernetesClientException when the API server could not be
   *     asked
   */
  Access access(@Nullable String authorization) {
    var token = BearerToken.of(authorization);
    if (token.isEmpty()) {
      return new Access.Unknown("Send a token of the Kubernetes cluster: Authorization: Bearer …");
    }
    var now = clock.instant();
    return answers.of(token.get(), now).orElseGet(() -> asked(token.get(), now));
  }

  private Access asked(BearerToken token, Instant now) {
    var access = ask(token);
    answers.keep(token, access, now);
    return access;
  }

  private Access ask(BearerToken token) {
    var user = user(token);
    if (user.isEmpty()) {
      return new Access.Unknown(
          "The API server does not accept the token; it may have expired. Make a new one.");
    }
    return KINDS.stream()
        .filter(kind -> !mayList(user.get(), kind))
        .findFirst()
        .<Access>map(
            kind ->
                new Access.Forbidden(
                    "%s may not list %s.velero.io in namespace %s."
                        .formatted(user.get().getUsername(), kind, namespace)))
        .orElseGet(Access.Granted::new);
  }

  private Optional<UserInfo> user(BearerToken token) {
    var review =
        client
            .resource(
                new TokenReviewBuilder().withNewSpec().withToken(token.value()).endSpec().build())
            .create();
    return Optional.ofNullable(review.getStatus())
        .filter(status -> Boolean.TRUE.equals(status.getAuthenticated()))
        .flatMap(status -> Optional.ofNullable(status.getUser()));
  }

  private boolean mayList(UserInfo user, String kind) {
    var review =
        client
            .resource(
                new SubjectAccessReviewBuilder()
                    .withNewSpec()
                    .withUser(user.getUsername())
                    .withUid(user.getUid())
                    .withGroups(user.getGroups())
                    .withExtra(user.getExtra())
                    .withNewResourceAttributes()
                    .withGroup("velero.io")
                    .withResource(kind)
                    .withVerb("list")
                    .withNamespace(namespace)
                    .endResourceAttributes()
                    .endSpec()
                    .build())
            .create();
    return review.getStatus() != null && Boolean.TRUE.equals(review.getStatus().getAllowed());
  }
}
