// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.GoDuration;
import io.virtmover.lab.kubevirt.api.Owners;
import io.virtmover.lab.kubevirt.api.ShortNames;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What a VirtualMachineExport asks for. */
record ExportSpec(
    String apiVersion,
    String namespace,
    String name,
    String uid,
    Instant created,
    Duration ttl,
    Optional<String> ownToken,
    String sourceKind,
    String sourceName) {
  private static final Duration DEFAULT_TTL = Duration.ofHours(2);

  static ExportSpec of(GenericKubernetesResource object) {
    var meta = object.getMetadata();
    var fields = Fields.of(object);
    return new ExportSpec(
        object.getApiVersion(),
        meta.getNamespace(),
        meta.getName(),
        meta.getUid(),
        Instant.parse(meta.getCreationTimestamp()),
        fields.text("spec", "ttlDuration").map(GoDuration::parse).orElse(DEFAULT_TTL),
        fields.text("spec", "tokenSecretRef").filter(text -> !text.isEmpty()),
        fields.text("spec", "source", "kind").orElse(""),
        fields.text("spec", "source", "name").orElse(""));
  }

  /** The exact end. */
  Instant expiry() {
    return created.plus(ttl);
  }

  /** The end as the status and the pod's environment show it. */
  String shownExpiry() {
    return expiry().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The name of the service and of the exporter pod. */
  String service() {
    return ShortNames.of("virt-export", name);
  }

  String tokenSecret() {
    return ownToken.orElse("export-token-" + name);
  }

  /** The host name in the links. */
  String host() {
    return service() + "." + namespace + ".svc";
  }

  OwnerReference asOwner() {
    return Owners.controller(apiVersion, "VirtualMachineExport", name, uid);
  }
}
