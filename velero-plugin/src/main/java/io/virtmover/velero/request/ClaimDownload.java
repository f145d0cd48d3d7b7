// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.request;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.cluster.Marks;
import io.virtmover.cluster.SnapshotId;
import io.virtmover.cluster.VeleroNames;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.item.VeleroRestore;
import java.util.Optional;

/**
 * The DataDownload of a claim in a Restore: what it is called, and what it says.
 *
 * @param namespace the claim's at backup time
 * @param claimUid at backup time
 */
public record ClaimDownload(
    VeleroRestore restore, String namespace, String claim, String claimUid) {
  /** The name, the same whenever it is asked for, and another one for each Restore. */
  public static String name(VeleroRestore restore, String namespace, String claim) {
    return VeleroNames.object(
        "dd", restore.uid() + "/" + namespace + "/" + claim, restore.name(), namespace, claim);
  }

  public String name() {
    return name(restore, namespace, claim);
  }

  public String operation() {
    return Operation.ofRestore(restore.uid(), claimUid);
  }

  /**
   * The request. Whether the backup has the disk is for the controller to say, which looks into the
   * bucket: what it needs follows from names alone, in this cluster and in any other.
   */
  public ObjectNode object(VeleroBackup backup, String vm) {
    var object =
        JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", "velero.io/v2alpha1")
            .put("kind", "DataDownload");
    var metadata = object.putObject("metadata");
    metadata.put("name", name()).put("namespace", backup.namespace());
    metadata
        .putObject("labels")
        .put(Marks.BACKUP, backup.label())
        .put(Marks.RESTORE, restore.label())
        .put("velero.io/restore-uid", restore.uid())
        .put(Operation.LABEL, operation());
    metadata.putObject("annotations").put(Marks.VM_NAME, vm).put(Marks.VM_NAMESPACE, namespace);
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "velero.io/v1")
        .put("kind", "Restore")
        .put("name", restore.name())
        .put("uid", restore.uid())
        .put("controller", true);
    var spec = object.putObject("spec");
    spec.putObject("targetVolume")
        .put("pvc", claim)
        .put("pv", "")
        .put("namespace", restore.target(namespace));
    spec.put("datamover", Marks.DATAMOVER)
        .put("backupStorageLocation", backup.location())
        .put("snapshotID", snapshot(backup, vm).toString())
        .put("sourceNamespace", namespace)
        .put("operationTimeout", restore.operationTimeout())
        .put("cancel", false);
    return object;
  }

  private SnapshotId snapshot(VeleroBackup backup, String vm) {
    return new SnapshotId(
        new BackupName(backup.label()), new VmRef(namespace, vm), Optional.empty());
  }
}
