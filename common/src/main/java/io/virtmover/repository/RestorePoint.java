// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One position in a chain that a user can restore: all disks of a VM at a backup.
 *
 * @param chain full first, the backup's own checkpoint last
 */
public record RestorePoint(VmRef vm, BackupName backup, List<CheckpointEntry> chain) {
  /** One image of a disk's chain. */
  public record Layer(CheckpointEntry checkpoint, ImageFile image) {}

  public RestorePoint {
    chain = List.copyOf(chain);
  }

  public CheckpointEntry latest() {
    return chain.getLast();
  }

  /** The volumes that can be restored. */
  public Set<String> volumes() {
    var volumes = new LinkedHashSet<String>();
    latest().files().forEach(file -> volumes.add(latest().volumeOf(file)));
    return volumes;
  }

  /**
   * A disk's images, oldest first.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if the restore point has no such disk,
   *     {@code CHAIN_BROKEN} if one of its checkpoints has not
   */
  public List<Layer> layersOf(VolumeName volume) {
    if (latest().imageOf(volume.value()).isEmpty()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "Backup %s of VM %s has no disk %s; it has %s."
              .formatted(backup, vm, volume, String.join(", ", volumes())));
    }
    var layers = new ArrayList<Layer>();
    for (var checkpoint : chain) {
      Optional<ImageFile> image = checkpoint.imageOf(volume.value());
      layers.add(
          new Layer(
              checkpoint,
              image.orElseThrow(
                  () ->
                      new VirtMoverException(
                          FailureKind.CHAIN_BROKEN,
                          "Disk %s is missing in checkpoint %s, which backup %s builds on."
                              .formatted(volume, checkpoint.id(), backup)))));
    }
    return layers;
  }
}
