// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.virtmover.lab.kubevirt.Fault;
import io.virtmover.lab.kubevirt.api.GoDuration;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.Owners;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The VirtualMachineExport of a pull backup. Source: kubevirt-backup-api.md §5.1. */
final class ExportObjects {
  private ExportObjects() {}

  /** A new export that lives for what is left of the backup's time. */
  static GenericKubernetesResource of(
      BackupView backup, ResourceDefinitionContext kind, Instant now) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put(
        "source",
        Map.of(
            "apiGroup",
            Kinds.BACKUP.getGroup(),
            "kind",
            Kinds.BACKUP.getKind(),
            "name",
            backup.name()));
    spec.put("tokenSecretRef", backup.tokenSecret());
    spec.put("ttlDuration", GoDuration.format(Duration.between(now, backup.expiry())));
    var export = new GenericKubernetesResource();
    export.setApiVersion(kind.getGroup() + "/" + kind.getVersion());
    export.setKind(kind.getKind());
    var meta = new ObjectMeta();
    export.setMetadata(meta);
    meta.setNamespace(backup.namespace());
    meta.setName(backup.name());
    meta.setOwnerReferences(
        List.of(
            Owners.controller(
                Kinds.BACKUP.getGroup() + "/" + Kinds.BACKUP.getVersion(),
                Kinds.BACKUP.getKind(),
                backup.name(),
                backup.uid())));
    if (backup.statusOrEmpty().isExported()) {
      meta.setAnnotations(markOf(backup));
    }
    export.setAdditionalProperty("spec", spec);
    return export;
  }

  /** Only an export made under a fault is marked; KubeVirt's carry no annotation. */
  private static Map<String, String> markOf(BackupView backup) {
    return backup.has(Fault.EXPORT_RECREATED) ? Map.of(ExportView.SECOND, "") : Map.of();
  }
}
