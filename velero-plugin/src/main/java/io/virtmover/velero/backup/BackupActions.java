// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import io.virtmover.velero.action.Action;
import io.virtmover.velero.action.Surroundings;
import java.util.List;

/** What VirtMover does while Velero takes a backup. */
public final class BackupActions {
  private BackupActions() {}

  /** All of it; what one action has asked the API server just now, the others know. */
  public static List<Action> all(Surroundings surroundings) {
    var assessor = new Assessor(surroundings);
    return List.of(
        new VmBackup(surroundings, assessor),
        new InstanceBackup(surroundings, assessor),
        new DiskBackup(surroundings, assessor),
        new VmBlock(assessor),
        new ClaimBlock(assessor));
  }
}
