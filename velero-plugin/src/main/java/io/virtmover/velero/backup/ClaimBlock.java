// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.ItemBlockAction;
import io.virtmover.velero.action.ResourceIdentifier;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Kinds;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.kubernetes.ResourceType;
import io.virtmover.velero.policy.Assignment;
import java.util.List;

/**
 * Brings the VM of a claim that is handed over into the claim's block. Velero comes to claims
 * before it comes to VMs, so without it a VM would find its claims in blocks of their own.
 */
final class ClaimBlock implements ItemBlockAction {
  private final Assessor assessor;

  ClaimBlock(Assessor assessor) {
    this.assessor = assessor;
  }

  @Override
  public ActionName name() {
    return new ActionName("claim");
  }

  @Override
  public ResourceSelector appliesTo() {
    return ResourceSelector.of(ResourceType.CLAIMS.toString());
  }

  @Override
  public List<ResourceIdentifier> relatedItems(ObjectNode item, ObjectNode backup) {
    var claim = new Item(item);
    var owner = VeleroBackup.of(backup);
    if (assessor.assignment(claim, owner) != Assignment.OURS) {
      return List.of();
    }
    return assessor.users(claim, owner).stream()
        .filter(vm -> assessor.surveyor().vm(claim.namespace(), vm).isPresent())
        .map(vm -> Kinds.identifier(ResourceType.VIRTUAL_MACHINES, claim.namespace(), vm))
        .toList();
  }
}
