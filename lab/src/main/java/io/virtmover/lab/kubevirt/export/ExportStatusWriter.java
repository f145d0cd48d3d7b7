// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.Release;
import io.virtmover.lab.pki.CertificateAuthority;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes an export's status when it is another one than before. */
final class ExportStatusWriter {
  private final KubeObjects objects;
  private final ResourceDefinitionContext kind;
  private final Release release;
  private final String authority;
  private final Optional<String> ingress;
  private final Clock clock;

  ExportStatusWriter(
      KubeObjects objects,
      ResourceDefinitionContext kind,
      Release release,
      String authority,
      Clock clock) {
    this.objects = objects;
    this.kind = kind;
    this.release = release;
    this.authority = authority;
    this.ingress =
        release.hasIngress()
            ? Optional.of(new CertificateAuthority("ingress", clock).pem())
            : Optional.empty();
    this.clock = clock;
  }

  void write(
      GenericKubernetesResource object, ExportSpec export, ExportSource source, Optional<Pod> pod) {
    var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    var status =
        ExportStatus.of(export, source, pod, release, authority, ingress, conditions(object), now);
    if (status.equals(object.getAdditionalProperties().get("status"))) {
      return;
    }
    object.setAdditionalProperty("status", status);
    objects.replaceStatus(kind, object);
  }

  @SuppressWarnings("unchecked") // JSON objects have text keys
  private static List<Map<String, Object>> conditions(GenericKubernetesResource object) {
    return Fields.of(object).list("status", "conditions").stream()
        .<Map<String, Object>>map(fields -> (Map<String, Object>) fields.map())
        .toList();
  }
}
