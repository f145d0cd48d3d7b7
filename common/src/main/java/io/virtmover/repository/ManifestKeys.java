// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.objectstore.ObjectStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of all manifests in a location, by one listing. What they say is read where it matters:
 * the manifests of two VMs can have the same key.
 */
public final class ManifestKeys {
  private final Map<String, List<BackupName>> backups;

  private ManifestKeys(Map<String, List<BackupName>> backups) {
    this.backups = backups;
  }

  /**
   * Lists them.
   *
   * @throws io.virtmover.failure.VirtMoverException {@code INVALID_REQUEST} for a folder that
   *     cannot be a backup's: nothing is freed beside what nobody understands
   */
  public static ManifestKeys list(ObjectStore store, RepositoryRoot root) {
    var backups = new HashMap<String, List<BackupName>>();
    var top = root.key("manifests/");
    store.list(
        top,
        stat -> {
          var parts = stat.key().substring(top.length()).split("/", -1);
          if (parts.length == 2) {
            backups.computeIfAbsent(parts[1], _ -> new ArrayList<>()).add(new BackupName(parts[0]));
          }
        });
    return new ManifestKeys(backups);
  }

  /** The same, as if a VM had no manifest of a backup. */
  public ManifestKeys without(VmRef vm, BackupName backup) {
    var others = new HashMap<>(backups);
    others.computeIfPresent(
        RepositoryRoot.manifestName(vm),
        (_, all) -> all.stream().filter(one -> !one.equals(backup)).toList());
    return new ManifestKeys(others);
  }

  /** Backups that have an object where a VM's manifest would be. */
  List<BackupName> of(VmRef vm) {
    return List.copyOf(backups.getOrDefault(RepositoryRoot.manifestName(vm), List.of()));
  }
}
