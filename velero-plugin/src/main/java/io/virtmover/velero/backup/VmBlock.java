// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.ItemBlockAction;
import io.virtmover.velero.action.ResourceIdentifier;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.machine.Belongings.Belonging;
import java.util.List;

/** Keeps a VM that VirtMover takes in one block with all that it needs. */
final class VmBlock implements ItemBlockAction {
  private final Assessor assessor;

  VmBlock(Assessor assessor) {
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
  public List<ResourceIdentifier> relatedItems(ObjectNode item, ObjectNode backup) {
    var vm = new Item(item);
    return switch (assessor.assess(vm, VeleroBackup.of(backup))) {
      case Verdict.Left _ -> List.of();
      case Verdict.Taken taken ->
          assessor.surveyor().belongings(vm, taken.claims()).stream()
              .map(Belonging::identifier)
              .toList();
    };
  }
}
