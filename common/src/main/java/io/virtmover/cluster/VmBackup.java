// SPDX-License-Identifier: Apache-2.0
package io.virtmover.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.VirtMoverException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A VirtualMachineBackup ({@code backup.kubevirt.io/v1alpha1}) as one version of it says
 * (docs/kubevirt-backup-api.md).
 *
 * @param created the API server's time; the checkpoint's name holds it
 * @param isDeleting whether somebody has deleted it; it stays until KubeVirt has cleaned up
 * @param type what QEMU was asked for; absent before the job and where the job is another's
 * @param checkpoint KubeVirt's name for the point in time, also that of another's job
 * @param volumes what the job includes
 */
public record VmBackup(
    String namespace,
    String name,
    Instant created,
    boolean isDeleting,
    VmBackupState state,
    Quiesce quiesce,
    Optional<BackupType> type,
    Optional<CheckpointName> checkpoint,
    List<IncludedVolume> volumes) {
  /**
   * A volume of the job.
   *
   * @param type what its bitmap allowed; releases that do not say it per volume mean the backup's
   */
  public record IncludedVolume(VolumeName name, Optional<BackupType> type) {}

  private static final DateTimeFormatter CHECKPOINT_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  public VmBackup {
    volumes = List.copyOf(volumes);
  }

  /**
   * Reads the object.
   *
   * @throws VirtMoverException {@code UNSUPPORTED} when it is none that this release knows
   */
  public static VmBackup read(JsonNode object) {
    var fields = new ObjectFields("VirtualMachineBackup", object);
    var status = fields.status();
    var conditions = Condition.of(status);
    var model = ConditionModel.of(conditions);
    return fields.read(
        () ->
            new VmBackup(
                fields.namespace(),
                fields.name(),
                fields.created(),
                fields.isDeleting(),
                model.state(conditions),
                model.quiesce(conditions),
                ObjectFields.text(status, "type").map(BackupType::parse),
                ObjectFields.text(status, "checkpointName").map(CheckpointName::new),
                volumes(status)));
  }

  private static List<IncludedVolume> volumes(JsonNode status) {
    var volumes = new ArrayList<IncludedVolume>();
    for (var volume : status.path("includedVolumes")) {
      volumes.add(
          new IncludedVolume(
              new VolumeName(volume.path("volumeName").asText()),
              ObjectFields.text(volume, "type").map(BackupType::parse)));
    }
    return volumes;
  }

  /** The name that KubeVirt gives a checkpoint of this very object. */
  public CheckpointName ownCheckpoint() {
    return new CheckpointName(name + "-" + CHECKPOINT_TIME.format(created));
  }

  /** Whether KubeVirt has nothing more to do for it but to let it go. */
  public boolean hasEnded() {
    return state instanceof VmBackupState.Completed || state instanceof VmBackupState.Failed;
  }

  /**
   * Whether it is complete and its checkpoint was made for it. A backup that meets another's job
   * ends complete too, without a type or with the other's checkpoint, and holds nothing.
   */
  public boolean isOwnResult() {
    return state instanceof VmBackupState.Completed
        && type.isPresent()
        && checkpoint.equals(Optional.of(ownCheckpoint()));
  }
}
