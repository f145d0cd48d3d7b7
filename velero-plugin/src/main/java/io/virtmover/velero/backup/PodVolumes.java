// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.backup;

import io.virtmover.velero.item.Item;
import io.virtmover.velero.item.VeleroBackup;
import java.util.List;
import java.util.Optional;

/**
 * Which disks of a running VM Velero backs up as files of its pod where no policy is about them: by
 * the Backup's default, and by annotations that the pod has from the VM's instance.
 */
record PodVolumes(VeleroBackup backup, Optional<Item> instance) {
  private static final String CHOSEN = "backup.velero.io/backup-volumes";
  private static final String SPARED = "backup.velero.io/backup-volumes-excludes";

  boolean has(String volume) {
    return instance
        .filter(
            found ->
                backup.takesPodVolumes()
                    ? !names(found, SPARED).contains(volume)
                    : names(found, CHOSEN).contains(volume))
        .isPresent();
  }

  private static List<String> names(Item instance, String key) {
    return instance.annotation(key).map(text -> List.of(text.split(",", -1))).orElse(List.of());
  }
}
