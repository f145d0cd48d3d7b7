// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.BackupItemAction;
import io.virtmover.velero.action.BackupResult;
import io.virtmover.velero.action.OperationProgress;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.machine.Belongings.Belonging;
import io.virtmover.velero.request.Requests;
import java.util.List;
import java.util.Map;

/**
 * Takes over the VMs whose disks the Backup hands to VirtMover: one DataUpload for each. Only that
 * is looked at again in the end: a claim would end Velero 1.18's finalizer.
 */
final class VmBackup implements BackupItemAction {
  private final Surroundings surroundings;
  private final Requests uploads;
  private final Assessor assessor;

  VmBackup(Surroundings surroundings, Assessor assessor) {
    this.surroundings = surroundings;
    uploads = Requests.uploads(surroundings);
    this.assessor = assessor;
  }

  @Override
  public ActionName name() {
    return new ActionName("vm");
  }

  @Override
  public ResourceSelector appliesTo() {
    return ResourceSelector.of(ResourceType.VIRTUAL_MACHINES.toString());
  }

  @Override
  public BackupResult execute(ObjectNode item, ObjectNode backup) {
    var vm = new Item(item);
    var owner = VeleroBackup.of(backup);
    DiskMark.takeOff(vm);
    return switch (assessor.assess(vm, owner)) {
      case Verdict.Left left -> leave(vm, left);
      case Verdict.Taken taken -> take(vm, owner, taken);
    };
  }

  private BackupResult leave(Item vm, Verdict.Left left) {
    left.warnings().forEach(warning -> warning.writeTo(surroundings.log(), "vm", vm.title()));
    if (left.warnings().isEmpty()) {
      surroundings
          .log()
          .info("The VM is left to Velero: %s".formatted(left.why()), Map.of("vm", vm.title()));
    }
    return BackupResult.of(vm.tree());
  }

  private BackupResult take(Item vm, VeleroBackup backup, Verdict.Taken taken) {
    var order = new VmUpload(backup, vm);
    order.mark().putOn(vm);
    DiskMark.writeClaims(vm, taken.claims());
    if (backup.isFinalizing()) {
      return BackupResult.of(vm.tree());
    }
    // First what can fail: once the DataUpload is there, Velero has to hear of it.
    var belongings =
        assessor.surveyor().belongings(vm, taken.claims()).stream()
            .map(Belonging::identifier)
            .toList();
    var upload = uploads.make(order.object(taken.claims()));
    taken.warnings().forEach(warning -> warning.writeTo(surroundings.log(), "vm", vm.title()));
    surroundings
        .log()
        .info("VirtMover backs the VM up", Map.of("vm", vm.title(), "upload", upload.name()));
    return BackupResult.of(vm.tree())
        .withAdditionalItems(belongings)
        .withOperation(
            order.operation(),
            List.of(
                Kinds.identifier(ResourceType.DATA_UPLOADS, backup.namespace(), upload.name())));
  }

  @Override
  public OperationProgress progress(String operationId, ObjectNode backup) {
    return uploads.progress(operationId);
  }

  @Override
  public void cancel(String operationId, ObjectNode backup) {
    uploads.cancel(operationId);
  }
}
