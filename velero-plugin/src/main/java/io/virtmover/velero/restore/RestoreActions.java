// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.restore;

import io.virtmover.velero.action.Action;
import io.virtmover.velero.action.Surroundings;
import java.util.ArrayList;
import java.util.List;

/** What VirtMover does while Velero restores. */
public final class RestoreActions {
  private RestoreActions() {}

  /** All of it. */
  public static List<Action> all(Surroundings surroundings) {
    var actions =
        new ArrayList<Action>(
            List.of(
                new ClaimRestore(surroundings),
                new VmRestore(surroundings),
                new DataVolumeRestore()));
    actions.addAll(Discard.all());
    return actions;
  }
}
