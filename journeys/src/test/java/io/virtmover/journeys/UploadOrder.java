// SPDX-License-Identifier: Apache-2.0
package io.virtmover.journeys;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.virtmover.lab.junit.LabNamespace;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A DataUpload as a plugin makes it for a VM in a Velero backup.
 *
 * @param backup the Velero backup's name
 * @param claim one of the VM's
 * @param marks more annotations
 * @param owner the Backup; empty: it belongs to nobody
 */
record UploadOrder(
    Plugin plugin,
    String backup,
    String vmNamespace,
    String vm,
    String claim,
    String location,
    Map<String, String> marks,
    Optional<GenericKubernetesResource> owner) {

  /** Asks for a backup of a VM of the test's namespace into the location {@code default}. */
  static UploadOrder of(LabNamespace lab, String backup, String vm, String claim) {
    return new UploadOrder(
        Plugin.OURS, backup, lab.name(), vm, claim, "default", Map.of(), Optional.empty());
  }

  /** The same by another plugin. */
  UploadOrder by(Plugin other) {
    return new UploadOrder(other, backup, vmNamespace, vm, claim, location, marks, owner);
  }

  /** The same to another location. */
  UploadOrder to(String otherLocation) {
    return new UploadOrder(plugin, backup, vmNamespace, vm, claim, otherLocation, marks, owner);
  }

  /** The same with an annotation more. */
  UploadOrder marked(String key, String value) {
    var more = new HashMap<>(marks);
    more.put(key, value);
    return new UploadOrder(plugin, backup, vmNamespace, vm, claim, location, more, owner);
  }

  /** The same in a Velero backup that is there, and owns it. */
  UploadOrder in(GenericKubernetesResource veleroBackup) {
    return new UploadOrder(
        plugin,
        veleroBackup.getMetadata().getName(),
        vmNamespace,
        vm,
        claim,
        location,
        marks,
        Optional.of(veleroBackup));
  }

  GenericKubernetesResource object() {
    var operation =
        "%s-%s-%s-%s"
            .formatted(backup, vmNamespace, vm, UUID.randomUUID().toString().substring(28));
    var annotations = new LinkedHashMap<>(marks);
    annotations.put(plugin.key("vm-name"), vm);
    annotations.put(plugin.key("vm-namespace"), vmNamespace);
    var labels = new LinkedHashMap<>(Map.of("velero.io/backup-name", backup));
    switch (plugin) {
      case OURS -> {
        labels.put("velero.io/backup-uid", RequestObjects.uid(owner));
        labels.put("velero.io/async-operation-id", RequestObjects.operationId("du", operation));
      }
      case PEERS -> annotations.put(plugin.key("operation-id"), operation);
    }
    var spec = new LinkedHashMap<String, Object>();
    spec.put("snapshotType", "CSI");
    spec.put("datamover", plugin.datamover());
    spec.put("backupStorageLocation", location);
    spec.put("sourceNamespace", vmNamespace);
    spec.put("sourcePVC", claim);
    spec.put("operationTimeout", "4h");
    spec.put("cancel", false);
    return RequestObjects.owned(
        RequestObjects.make(VeleroKinds.DATA_UPLOAD, "du-" + operation, labels, annotations, spec),
        owner,
        // The Go project's plugin leaves it out here, and only here.
        plugin == Plugin.OURS);
  }
}
