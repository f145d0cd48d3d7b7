// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.BackupItemAction;
import io.virtmover.velero.action.BackupResult;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.machine.Machine;
import io.virtmover.velero.machine.Volume;
import io.virtmover.velero.policy.Assignment;

/**
 * Tells of running instances without a VirtualMachine, which KubeVirt cannot back up, when their
 * disks are handed over.
 */
final class InstanceBackup implements BackupItemAction {
  private final Surroundings surroundings;
  private final Assessor assessor;

  InstanceBackup(Surroundings surroundings, Assessor assessor) {
    this.surroundings = surroundings;
    this.assessor = assessor;
  }

  @Override
  public ActionName name() {
    return new ActionName("instance");
  }

  @Override
  public ResourceSelector appliesTo() {
    return ResourceSelector.of(ResourceType.VIRTUAL_MACHINE_INSTANCES.toString());
  }

  @Override
  public BackupResult execute(ObjectNode item, ObjectNode backup) {
    var instance = new Item(item);
    var owner = VeleroBackup.of(backup);
    if (instance.owner("VirtualMachine").isEmpty()
        && !owner.isFinalizing()
        && !owner.wantsObjectsOnly()
        && isHandedOver(instance, owner)) {
      new Warning(
              WarningReason.NO_VM,
              "VirtualMachineInstance %s is not backed up: it has no VirtualMachine, and KubeVirt backs up VirtualMachines only. Velero leaves its disks alone, as its policy says: this backup does not have their data. Make a VirtualMachine of it, or give its disks to Velero."
                  .formatted(instance.title()))
          .writeTo(surroundings.log(), "vm", instance.title());
    }
    return BackupResult.of(item);
  }

  private boolean isHandedOver(Item instance, VeleroBackup backup) {
    return Machine.read(instance)
        .volumes(Volume.Kind.CLAIM)
        .flatMap(volume -> assessor.surveyor().claim(instance.namespace(), volume.claim()).stream())
        .anyMatch(claim -> assessor.assignment(claim, backup) == Assignment.OURS);
  }
}
