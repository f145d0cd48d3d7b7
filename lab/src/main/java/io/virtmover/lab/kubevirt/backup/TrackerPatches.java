// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.api.JsonPatch;
import java.util.LinkedHashMap;
import java.util.Map;

/** The patches by which a tracker's status changes, as KubeVirt's controllers write them. */
final class TrackerPatches {
  private static final String LATEST = "/status/latestCheckpoint";
  private static final String FLAG = "/status/checkpointRedefinitionRequired";

  private TrackerPatches() {}

  /** Moves the tracker to a job's checkpoint. */
  static JsonPatch advance(TrackerView tracker, JobView job, String creationTime) {
    var checkpoint = new LinkedHashMap<String, Object>();
    checkpoint.put("creationTime", creationTime);
    checkpoint.put("name", job.checkpointName().orElse(""));
    checkpoint.put(
        "volumes",
        job.volumes().stream()
            .map(IncludedVolume::ofCheckpoint)
            .map(IncludedVolume::toMap)
            .toList());
    return tracker.latest().isPresent()
        ? new JsonPatch().replace(LATEST, checkpoint)
        : new JsonPatch().add("/status", Map.of("latestCheckpoint", checkpoint));
  }

  /** The checkpoint is known again. */
  static JsonPatch redefined() {
    return new JsonPatch().remove(FLAG);
  }

  /** The checkpoint is lost. */
  static JsonPatch cleared(TrackerView tracker) {
    var patch = new JsonPatch();
    if (tracker.redefinitionRequired()) {
      patch.remove(FLAG);
    }
    return patch.remove(LATEST);
  }
}
