// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.cluster.Marks;
import io.virtmover.cluster.VeleroNames;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.request.Operation;
import java.util.List;

/** The DataUpload of a VM in a Backup: what it is called, and what it says. */
record VmUpload(VeleroBackup backup, Item vm) {
  /** The same whenever it is asked for, and another one for another Backup of the same name. */
  String name() {
    return VeleroNames.object(
        "du", backup.uid() + "/" + vm.title(), backup.name(), vm.namespace(), vm.name());
  }

  String operation() {
    return Operation.ofBackup(backup.uid(), vm.uid());
  }

  DiskMark mark() {
    return new DiskMark(vm.name(), name());
  }

  ObjectNode object(List<String> claims) {
    var object =
        JsonNodeFactory.instance
            .objectNode()
            .put("apiVersion", "velero.io/v2alpha1")
            .put("kind", "DataUpload");
    var metadata = object.putObject("metadata");
    metadata.put("name", name()).put("namespace", backup.namespace());
    metadata
        .putObject("labels")
        .put(Marks.BACKUP, backup.label())
        .put("velero.io/backup-uid", backup.uid())
        .put(Operation.LABEL, operation());
    metadata
        .putObject("annotations")
        .put(Marks.VM_NAME, vm.name())
        .put(Marks.VM_NAMESPACE, vm.namespace());
    DiskMark.writeClaims(new Item(object), claims);
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "velero.io/v1")
        .put("kind", "Backup")
        .put("name", backup.name())
        .put("uid", backup.uid())
        .put("controller", true);
    var spec = object.putObject("spec");
    // Velero 1.18 reads it without a look whether it is there, where its own mover has the claim
    // too.
    spec.putObject("csiSnapshot")
        .put("volumeSnapshot", "")
        .put("storageClass", "")
        .put("snapshotClass", "");
    spec.put("snapshotType", "CSI")
        .put("datamover", Marks.DATAMOVER)
        .put("backupStorageLocation", backup.location())
        .put("sourceNamespace", vm.namespace())
        .put("sourcePVC", claims.getFirst())
        .put("operationTimeout", backup.operationTimeout())
        .put("cancel", false);
    return object;
  }
}
