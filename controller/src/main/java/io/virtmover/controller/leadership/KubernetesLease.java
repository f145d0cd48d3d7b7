// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The lease as an object of Kubernetes. */
final class KubernetesLease implements LeaseStore {
  private final KubernetesClient client;
  private final String namespace;
  private final String name;

  /**
   * @param patience how long a request may take; there is another one soon
   */
  KubernetesLease(KubernetesClient client, String namespace, String name, Duration patience) {
    var requests =
        new RequestConfigBuilder()
            .withRequestTimeout(Math.toIntExact(patience.toMillis()))
            .withRequestRetryBackoffLimit(0)
            .build();
    this.client = client.newClient(requests).adapt(KubernetesClient.class);
    this.namespace = namespace;
    this.name = name;
  }

  @Override
  public Optional<Stored> read() {
    return Optional.ofNullable(client.leases().inNamespace(namespace).withName(name).get())
        .map(KubernetesLease::stored);
  }

  @Override
  public Optional<Stored> create(Term term) {
    return written(() -> client.resource(lease(term, null)).create());
  }

  @Override
  public Optional<Stored> replace(Stored before, Term term) {
    return written(() -> client.resource(lease(term, before.version())).update());
  }

  private static Optional<Stored> written(Supplier<Lease> write) {
    try {
      return Optional.of(stored(write.get()));
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Stored stored(Lease lease) {
    return new Stored(term(lease), lease.getMetadata().getResourceVersion());
  }

  private Lease lease(Term term, @Nullable String version) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withResourceVersion(version)
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(term.holder())
        .withLeaseDurationSeconds(Math.toIntExact(term.lasts().toSeconds()))
        .withAcquireTime(time(term.acquired()))
        .withRenewTime(time(term.renewed()))
        .withLeaseTransitions(term.transitions())
        .endSpec()
        .build();
  }

  /** Others may have written it, or have begun to. */
  private static Term term(Lease lease) {
    var spec = Objects.requireNonNull(lease.getSpec());
    return new Term(
        Objects.requireNonNullElse(spec.getHolderIdentity(), ""),
        Duration.ofSeconds(Objects.requireNonNullElse(spec.getLeaseDurationSeconds(), 1)),
        instant(spec.getAcquireTime()),
        instant(spec.getRenewTime()),
        Objects.requireNonNullElse(spec.getLeaseTransitions(), 0));
  }

  private static ZonedDateTime time(Instant at) {
    return at.truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
  }

  private static Instant instant(@Nullable ZonedDateTime time) {
    return time == null ? Instant.EPOCH : time.toInstant();
  }
}
