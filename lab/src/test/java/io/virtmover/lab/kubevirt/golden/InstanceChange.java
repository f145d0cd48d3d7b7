// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What changed between two recorded versions of a VMI without the backup controller: its own
 * changes are the utility volumes, the claim (a backup status of name and start) and its removal.
 *
 * @param played the status fields to set, null for those to remove
 */
record InstanceChange(Map<String, Object> played) {
  private static final Set<String> CLAIM = Set.of("backupName", "startTimestamp");

  static InstanceChange between(
      Map<String, Object> before, Map<String, Object> after, String action) {
    var played = new HashMap<String, Object>();
    for (var field : Set.of("phase", "volumeStatus", "migrationState")) {
      var value = Projection.at(after, "status", field);
      if (!Objects.equals(Projection.at(before, "status", field), value)) {
        played.put(field, value);
      }
    }
    var tracking = new HashMap<String, Object>();
    var state = Projection.at(after, "status", "changedBlockTracking", "state");
    if (!Objects.equals(Projection.at(before, "status", "changedBlockTracking", "state"), state)) {
      tracking.put("state", state);
    }
    var jobBefore = Projection.at(before, "status", "changedBlockTracking", "backupStatus");
    var job = Projection.at(after, "status", "changedBlockTracking", "backupStatus");
    if (!Objects.equals(jobBefore, job) && !isOfController(job, action)) {
      tracking.put("backupStatus", job);
    }
    if (!tracking.isEmpty()) {
      played.put("changedBlockTracking", tracking);
    }
    return new InstanceChange(played);
  }

  private static boolean isOfController(Object job, String action) {
    return job instanceof Map<?, ?> fields
        ? fields.keySet().equals(CLAIM)
        : !action.startsWith("backupStatus disappears");
  }

  boolean isEmpty() {
    return played.isEmpty();
  }
}
