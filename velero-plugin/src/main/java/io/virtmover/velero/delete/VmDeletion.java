// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.delete;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.cluster.Marks;
import io.virtmover.deletion.Tombstone;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.DeleteItemAction;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.VeleroBackup;
import io.virtmover.velero.kubernetes.KubernetesException;
import io.virtmover.velero.kubernetes.ResourceType;

/**
 * Leaves a note for each VM of a backup that goes: a tombstone. The controller finds out what
 * nobody needs any more, and frees it. Where a note was missed, the backup and all that it needs
 * stay in the bucket until somebody removes it by {@code virtmover delete-backup}; the controller
 * tells of it when it looks through all VMs.
 */
public final class VmDeletion implements DeleteItemAction {
  private final Surroundings surroundings;

  public VmDeletion(Surroundings surroundings) {
    this.surroundings = surroundings;
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
  public void execute(ObjectNode item, ObjectNode backup) {
    var vm = new Item(item);
    if (DiskMark.of(vm).isPresent()) {
      make(tombstone(vm, VeleroBackup.of(backup)));
    }
  }

  private static Tombstone tombstone(Item vm, VeleroBackup backup) {
    return new Tombstone(
        new BackupName(backup.label()),
        backup.uid(),
        new VmRef(vm.namespace(), vm.name()),
        backup.location());
  }

  /** Velero asks only once, and forgets the backup whatever becomes of it. */
  private void make(Tombstone tombstone) {
    try {
      var _ =
          surroundings
              .kubernetes()
              .create(ResourceType.CONFIG_MAPS, surroundings.veleroNamespace(), object(tombstone));
    } catch (KubernetesException e) {
      if (!e.alreadyExists()) {
        throw e;
      }
    }
  }

  private static ObjectNode object(Tombstone tombstone) {
    var object =
        JsonNodeFactory.instance.objectNode().put("apiVersion", "v1").put("kind", "ConfigMap");
    object
        .putObject("metadata")
        .put("name", tombstone.name())
        .putObject("labels")
        .put(Tombstone.LABEL, Tombstone.LABEL_VALUE)
        .put(Marks.EXCLUDED, "true");
    var data = object.putObject("data");
    tombstone.data().forEach(data::put);
    return object;
  }
}
