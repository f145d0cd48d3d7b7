// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero;

import io.virtmover.velero.action.Action;
import io.virtmover.velero.action.Actions;
import io.virtmover.velero.action.Surroundings;
import io.virtmover.velero.backup.BackupActions;
import io.virtmover.velero.delete.VmDeletion;
import io.virtmover.velero.restore.RestoreActions;
import java.util.ArrayList;

/** The actions that the program serves. */
final class VirtMoverActions {
  private VirtMoverActions() {}

  static Actions of(Surroundings surroundings) {
    var actions = new ArrayList<Action>();
    actions.addAll(BackupActions.all(surroundings));
    actions.addAll(RestoreActions.all(surroundings));
    actions.add(new VmDeletion(surroundings));
    return new Actions(actions);
  }
}
