// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.virtmover.lab.kubevirt.api.Fields;
import io.virtmover.lab.kubevirt.api.Kinds;
import io.virtmover.lab.kubevirt.api.KubeObjects;
import io.virtmover.lab.kubevirt.api.ObjectKey;
import io.virtmover.lab.kubevirt.api.Release;
import java.util.Optional;

/** Reads what an export is about. */
final class SourceReader {
  private final KubernetesClient client;
  private final KubeObjects objects;
  private final Release release;

  SourceReader(KubernetesClient client, Release release) {
    this.client = client;
    this.objects = new KubeObjects(client);
    this.release = release;
  }

  ExportSource read(ExportSpec export) {
    var key = new ObjectKey(export.namespace(), export.sourceName());
    return switch (export.sourceKind()) {
      case "VirtualMachineBackup" ->
          objects
              .find(Kinds.BACKUP, key)
              .<ExportSource>map(this::backup)
              .orElseGet(ExportSource.Unknown::new);
      case "PersistentVolumeClaim" -> claim(key);
      default -> new ExportSource.Unknown();
    };
  }

  private ExportSource backup(GenericKubernetesResource object) {
    var fields = Fields.of(object);
    return new ExportSource.Backup(
        object.getMetadata().getName(),
        object.getMetadata().getUid(),
        fields.list("status", "includedVolumes").stream()
            .flatMap(volume -> volume.text("volumeName").stream())
            .toList(),
        fields.text("status", "type").orElse(""),
        fields.text("status", "checkpointName").orElse(""),
        release == Release.V1_8 ? Optional.empty() : progress(fields),
        vm(object.getMetadata().getNamespace(), fields));
  }

  private static Optional<String> progress(Fields backup) {
    return backup.list("status", "conditions").stream()
        .filter(condition -> condition.text("type").orElse("").equals("Progressing"))
        .flatMap(condition -> condition.text("message").stream())
        .findFirst();
  }

  private String vm(String namespace, Fields backup) {
    var name = backup.text("spec", "source", "name").orElse("");
    return backup.text("spec", "source", "kind").orElse("").equals("VirtualMachine")
        ? name
        : objects
            .find(Kinds.TRACKER, new ObjectKey(namespace, name))
            .flatMap(tracker -> Fields.of(tracker).text("spec", "source", "name"))
            .orElse("");
  }

  private ExportSource claim(ObjectKey key) {
    var claim =
        client.persistentVolumeClaims().inNamespace(key.namespace()).withName(key.name()).get();
    return claim == null
        ? new ExportSource.Unknown()
        : new ExportSource.Claim(
            key.name(),
            claim.getStatus() != null && "Bound".equals(claim.getStatus().getPhase()),
            "Block".equals(claim.getSpec().getVolumeMode()));
  }
}
