// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.ExportListeners;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.pki.CertificateAuthority;
import io.virtmover.lab.pki.IssuedCertificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Makes the exporter pod of an export, with its certificate and its listener. */
final class Exporters {
  /** How long before its certificate ends a pod stops, to be replaced. */
  private static final Duration RENEW_BEFORE = CertificateAuthority.LIFETIME.dividedBy(5);

  private final KubernetesClient client;
  private final Release release;
  private final ExportListeners listeners;
  private final Certificates certificates;
  private final ExportEvents events;
  private final Clock clock;

  Exporters(
      KubernetesClient client,
      Release release,
      ExportListeners listeners,
      Certificates certificates,
      ExportEvents events,
      Clock clock) {
    this.client = client;
    this.release = release;
    this.listeners = listeners;
    this.certificates = certificates;
    this.events = events;
    this.clock = clock;
  }

  /** Makes the pod and its secret. */
  Pod create(GenericKubernetesResource object, ExportSpec export, ExportSource source) {
    var certificate = certificates.issue(export);
    var deadline = deadline(export);
    var env =
        ExporterEnvironment.of(
            export,
            source,
            release,
            deadline.toString(),
            certificates.authorityPem(),
            open(export, source, certificate, deadline));
    var secret = Certificates.newSecretName();
    var pod = ExporterPods.pod(export, source, env, secret);
    if (source instanceof ExportSource.Backup backup) {
      affinity(backup).ifPresent(pod.getSpec()::setAffinity);
    }
    var created = client.resource(pod).create();
    events.podCreated(object, created);
    client.resource(Certificates.secret(secret, created, certificate)).create();
    events.podSecretCreated(object);
    return created;
  }

  private Optional<Affinity> affinity(ExportSource.Backup backup) {
    return switch (release) {
      case V1_8, V1_9 -> Optional.empty();
      case HEAD -> Optional.of(ExporterPods.nearLauncher(backup.vm()));
      case NEXT -> Optional.of(ExporterPods.besideLauncher(backup.vm()));
    };
  }

  /**
   * Sees to it that a pod that is there has its secret and its listener, after a restart of the
   * stand-in too.
   *
   * @return false when the pod forwards to another address and has to be replaced
   */
  boolean keep(ExportSpec export, ExportSource source, Pod pod) {
    var name = ExporterPods.certificateSecret(pod).orElse("");
    var secret = client.secrets().inNamespace(export.namespace()).withName(name).get();
    var certificate = secret == null ? certificates.issue(export) : Certificates.read(secret);
    if (secret == null) {
      client.resource(Certificates.secret(name, pod, certificate)).create();
    }
    var upstream = open(export, source, certificate, deadline(export));
    return upstream.equals(upstreamOf(pod));
  }

  private Optional<String> open(
      ExportSpec export, ExportSource source, IssuedCertificate certificate, Instant deadline) {
    return switch (source) {
      case ExportSource.Backup backup ->
          Optional.of(
              listeners.open(
                  new ExportListeners.Exporter(
                      export.namespace(),
                      export.name(),
                      backup.name(),
                      export.tokenSecret(),
                      certificate.certificatePem(),
                      certificate.keyPem(),
                      deadline)));
      case ExportSource.Claim _, ExportSource.Unknown _ -> Optional.empty();
    };
  }

  private static Optional<String> upstreamOf(Pod pod) {
    return pod.getSpec().getContainers().getFirst().getEnv().stream()
        .filter(variable -> variable.getName().equals(ExporterEnvironment.UPSTREAM))
        .map(variable -> variable.getValue())
        .findFirst();
  }

  private Instant deadline(ExportSpec export) {
    var renewal = clock.instant().plus(CertificateAuthority.LIFETIME).minus(RENEW_BEFORE);
    var end = export.expiry().isBefore(renewal) ? export.expiry() : renewal;
    return end.truncatedTo(ChronoUnit.SECONDS);
  }
}
