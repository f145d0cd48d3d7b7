// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.velero.action.ActionName;
import io.virtmover.velero.action.ResourceSelector;
import io.virtmover.velero.action.RestoreItemAction;
import io.virtmover.velero.action.RestoreResult;
import io.virtmover.velero.item.DiskMark;
import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.Kinds;

/**
 * Restores DataVolumes of disks that VirtMover has backed up: they say already that they need no
 * import; the backup's mark goes.
 */
final class DataVolumeRestore implements RestoreItemAction {
  @Override
  public ActionName name() {
    return new ActionName("data-volume");
  }

  @Override
  public ResourceSelector appliesTo() {
    return ResourceSelector.of(Kinds.DATA_VOLUMES.toString());
  }

  @Override
  public RestoreResult execute(ObjectNode item, ObjectNode itemFromBackup, ObjectNode restore) {
    DiskMark.takeOff(new Item(item));
    return RestoreResult.of(item);
  }
}
