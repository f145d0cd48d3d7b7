// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.VirtMoverException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A VirtualMachineBackupTracker ({@code backup.kubevirt.io/v1alpha1}): what KubeVirt would make the
 * next increment from (docs/kubevirt-backup-api.md).
 *
 * @param latest absent before the first backup, and after KubeVirt has given a checkpoint up
 * @param awaitsRedefinition whether the VM has started anew and the checkpoint is not known to it
 *     yet; whether it still can be, the next backup finds out
 */
public record BackupTracker(String name, Optional<Latest> latest, boolean awaitsRedefinition) {
  /**
   * The last backup's point in time and its volumes.
   *
   * @param begun when its VirtualMachineBackup was made, before the point in time
   */
  public record Latest(
      CheckpointName checkpoint, Set<VolumeName> volumes, Optional<Instant> begun) {
    public Latest {
      volumes = Set.copyOf(volumes);
    }
  }

  /**
   * Reads the object.
   *
   * @throws VirtMoverException {@code UNSUPPORTED} when it is none that this release knows
   */
  public static BackupTracker read(JsonNode object) {
    var fields = new ObjectFields("VirtualMachineBackupTracker", object);
    return fields.read(
        () ->
            new BackupTracker(
                fields.name(),
                latest(fields.status().path("latestCheckpoint")),
                fields.status().path("checkpointRedefinitionRequired").asBoolean()));
  }

  private static Optional<Latest> latest(JsonNode latest) {
    return ObjectFields.text(latest, "name")
        .map(
            checkpoint -> {
              var volumes = new HashSet<VolumeName>();
              for (var volume : latest.path("volumes")) {
                volumes.add(new VolumeName(volume.path("volumeName").asText()));
              }
              return new Latest(
                  new CheckpointName(checkpoint),
                  volumes,
                  ObjectFields.text(latest, "creationTime").map(Instant::parse));
            });
  }

  /** Whether the next increment would begin at this point in time. */
  public boolean isAt(CheckpointName checkpoint) {
    return latest.map(Latest::checkpoint).equals(Optional.of(checkpoint));
  }
}
