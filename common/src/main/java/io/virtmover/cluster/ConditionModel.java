// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import java.util.Map;

/** How a release of KubeVirt tells the state of a backup. */
interface ConditionModel {
  /** Where the backup is. */
  VmBackupState state(Map<String, Condition> conditions);

  /** Whether the guest's file systems were frozen. */
  Quiesce quiesce(Map<String, Condition> conditions);

  /** The model that these conditions are written in; without any both say the same. */
  static ConditionModel of(Map<String, Condition> conditions) {
    return conditions.containsKey(DoneModel.INITIALIZING) || conditions.containsKey(DoneModel.DONE)
        ? new DoneModel()
        : new CompleteModel();
  }
}
