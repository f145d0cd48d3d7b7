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
 * A DataDownload as a plugin makes it for a restored claim.
 *
 * @param restore the Velero restore's name
 * @param backup the Velero backup's name
 * @param vmNamespace the VM's at backup time
 * @param claim the restored one
 * @param claimNamespace where it is now
 * @param snapshotId of the DataUpload; ignored by the peer's plugin, which writes a placeholder
 * @param marks more annotations
 * @param owner the Restore; empty: it belongs to nobody
 */
record DownloadOrder(
    Plugin plugin,
    String restore,
    String backup,
    String vmNamespace,
    String vm,
    String claim,
    String claimNamespace,
    String snapshotId,
    String location,
    Map<String, String> marks,
    Optional<GenericKubernetesResource> owner) {

  /** Asks for a disk of a VM of the test's namespace, from the location {@code default}. */
  static DownloadOrder of(
      LabNamespace lab, String restore, String backup, String vm, String claim, String snapshotId) {
    return new DownloadOrder(
        Plugin.OURS,
        restore,
        backup,
        lab.name(),
        vm,
        claim,
        lab.name(),
        snapshotId,
        "default",
        Map.of(),
        Optional.empty());
  }

  /** The same by another plugin. */
  DownloadOrder by(Plugin other) {
    return with(other, claimNamespace, location, marks);
  }

  /** The same into another namespace. */
  DownloadOrder into(String otherNamespace) {
    return with(plugin, otherNamespace, location, marks);
  }

  /** The same from another location. */
  DownloadOrder from(String otherLocation) {
    return with(plugin, claimNamespace, otherLocation, marks);
  }

  /** The same with an annotation more. */
  DownloadOrder marked(String key, String value) {
    var more = new HashMap<>(marks);
    more.put(key, value);
    return with(plugin, claimNamespace, location, more);
  }

  /** The same in a Velero restore that is there, and owns it. */
  DownloadOrder in(GenericKubernetesResource veleroRestore) {
    return new DownloadOrder(
        plugin,
        veleroRestore.getMetadata().getName(),
        backup,
        vmNamespace,
        vm,
        claim,
        claimNamespace,
        snapshotId,
        location,
        marks,
        Optional.of(veleroRestore));
  }

  private DownloadOrder with(
      Plugin newPlugin, String newNamespace, String newLocation, Map<String, String> newMarks) {
    return new DownloadOrder(
        newPlugin,
        restore,
        backup,
        vmNamespace,
        vm,
        claim,
        newNamespace,
        snapshotId,
        newLocation,
        newMarks,
        owner);
  }

  GenericKubernetesResource object() {
    var operation =
        "%s-%s-%s-%s"
            .formatted(restore, vmNamespace, claim, UUID.randomUUID().toString().substring(28));
    var annotations = new LinkedHashMap<>(marks);
    annotations.put(plugin.key("vm-name"), vm);
    annotations.put(plugin.key("vm-namespace"), vmNamespace);
    var labels = new LinkedHashMap<String, String>();
    labels.put("velero.io/backup-name", backup);
    labels.put("velero.io/restore-name", restore);
    switch (plugin) {
      case OURS -> {
        labels.put("velero.io/restore-uid", RequestObjects.uid(owner));
        labels.put("velero.io/async-operation-id", RequestObjects.operationId("dd", operation));
      }
      case PEERS -> {
        labels.put(plugin.key("operation-id"), RequestObjects.label(operation));
        annotations.put(plugin.key("operation-id"), operation);
      }
    }
    var spec = new LinkedHashMap<String, Object>();
    spec.put("datamover", plugin.datamover());
    spec.put("backupStorageLocation", location);
    spec.put("sourceNamespace", vmNamespace);
    spec.put(
        "snapshotID",
        switch (plugin) {
          case OURS -> snapshotId;
          case PEERS -> "placeholder-not-used";
        });
    spec.put("operationTimeout", "4h");
    spec.put("targetVolume", Map.of("pvc", claim, "namespace", claimNamespace, "pv", ""));
    return RequestObjects.owned(
        RequestObjects.make(
            VeleroKinds.DATA_DOWNLOAD, "dd-" + operation, labels, annotations, spec),
        owner,
        true);
  }
}
