// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt;

import io.virtmover.lab.kubevirt.api.Release;
import java.util.List;

/**
 * KubeVirt's feature gates a backup needs. Source: kubevirt-backup-api.md §1.2.
 *
 * @param incrementalBackup without it the webhook refuses backups and trackers
 * @param utilityVolumes without it the backup's volume is never attached and nothing tells so
 * @param vmExport without it no export gets its service and pod (1.8; later it is always on)
 */
public record Gates(boolean incrementalBackup, boolean utilityVolumes, boolean vmExport) {
  /** A KubeVirt that is set up for backups. */
  public static final Gates ALL = new Gates(true, true, true);

  private static final String INCREMENTAL_BACKUP = "IncrementalBackup";
  private static final String UTILITY_VOLUMES = "UtilityVolumes";
  private static final String VM_EXPORT = "VMExport";

  /** The names of {@link #ALL}. */
  static final List<String> NAMES = List.of(INCREMENTAL_BACKUP, UTILITY_VOLUMES, VM_EXPORT);

  /** The gates that a KubeVirt object lists. */
  static Gates of(List<String> listed, Release release) {
    return new Gates(
        listed.contains(INCREMENTAL_BACKUP),
        listed.contains(UTILITY_VOLUMES),
        release != Release.V1_8 || listed.contains(VM_EXPORT));
  }
}
