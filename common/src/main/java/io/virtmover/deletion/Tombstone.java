// SPDX-License-Identifier: Apache-2.0
package io.virtmover.deletion;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.Sha256;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.Map;
import java.util.Optional;

/**
 * What stays of a VM in a Velero backup that was deleted, until its space is freed: a ConfigMap in
 * Velero's namespace with the label {@link #LABEL} and this content. The plugin makes it, and one
 * that is there already is the same; the controller removes it when the work is done.
 *
 * @param backup the value of the label {@code velero.io/backup-name}, as the bucket has it
 * @param backupUid of the Velero Backup: another one can be made under the same name, though not of
 *     this VM while this one's manifest is there
 * @param vm in its namespace at backup time
 * @param location name of the BackupStorageLocation in the cluster where the backup was deleted
 */
public record Tombstone(BackupName backup, String backupUid, VmRef vm, String location) {
  /** What ConfigMaps are found by; its value is {@link #LABEL_VALUE}. */
  public static final String LABEL = "virtmover.io/tombstone";

  /** The value of {@link #LABEL}. */
  public static final String LABEL_VALUE = "true";

  private static final String BACKUP = "backup";
  private static final String UID = "backupUid";
  private static final String NAMESPACE = "vmNamespace";
  private static final String NAME = "vmName";
  private static final String LOCATION = "location";

  /**
   * @throws VirtMoverException {@code INVALID_REQUEST} if the location has no name, or the backup
   *     no UID
   */
  public Tombstone {
    if (location.isEmpty() || backupUid.isEmpty()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "A tombstone names no %s; delete its ConfigMap, and delete the backup again."
              .formatted(location.isEmpty() ? LOCATION : UID));
    }
  }

  /**
   * Reads a ConfigMap's data.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} if something is missing or no name
   */
  public static Tombstone of(Map<String, String> data) {
    return new Tombstone(
        new BackupName(text(data, BACKUP)),
        text(data, UID),
        new VmRef(text(data, NAMESPACE), text(data, NAME)),
        text(data, LOCATION));
  }

  private static String text(Map<String, String> data, String key) {
    return Optional.ofNullable(data.get(key)).orElse("");
  }

  /** The ConfigMap's data. */
  public Map<String, String> data() {
    return Map.of(
        BACKUP,
        backup.value(),
        UID,
        backupUid,
        NAMESPACE,
        vm.namespace(),
        NAME,
        vm.name(),
        LOCATION,
        location);
  }

  /** The ConfigMap's name, the same whenever the plugin is asked again. */
  public String name() {
    var text = String.join("/", location, backup.value(), backupUid, vm.namespace(), vm.name());
    return "virtmover-deleted-" + Sha256.hex(text).substring(0, 20);
  }
}
