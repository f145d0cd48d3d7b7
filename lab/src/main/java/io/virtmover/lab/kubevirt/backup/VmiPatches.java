// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.JsonPatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The patches by which a backup touches a VMI, as KubeVirt's controller writes them. */
final class VmiPatches {
  private static final String VOLUMES = "/spec/utilityVolumes";
  private static final String JOB = "/status/changedBlockTracking/backupStatus";

  private VmiPatches() {}

  static JsonPatch claim(BackupView backup) {
    var job = new LinkedHashMap<String, Object>();
    job.put("backupName", backup.name());
    job.put("startTimestamp", backup.created().toString());
    return new JsonPatch().test(JOB, null).add(JOB, job);
  }

  static JsonPatch release() {
    return new JsonPatch().remove(JOB);
  }

  static JsonPatch attach(BackupView backup, List<Map<?, ?>> volumes) {
    var volume = new LinkedHashMap<String, Object>();
    volume.put("claimName", backup.claim());
    volume.put("name", backup.volume());
    volume.put("type", "Backup");
    if (volumes.isEmpty()) {
      return new JsonPatch().test(VOLUMES, null).add(VOLUMES, List.of(volume));
    }
    var all = new ArrayList<Object>(volumes);
    all.add(volume);
    return new JsonPatch().test(VOLUMES, volumes).replace(VOLUMES, all);
  }

  /** Empty when the volume is not attached. */
  static Optional<JsonPatch> detach(BackupView backup, List<Map<?, ?>> volumes) {
    var others =
        volumes.stream().filter(volume -> !backup.volume().equals(volume.get("name"))).toList();
    if (others.size() == volumes.size()) {
      return Optional.empty();
    }
    var patch = new JsonPatch().test(VOLUMES, volumes);
    return Optional.of(others.isEmpty() ? patch.remove(VOLUMES) : patch.replace(VOLUMES, others));
  }
}
