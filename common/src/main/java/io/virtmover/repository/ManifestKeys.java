// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.objectstore.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The keys of all manifests in a location, by one listing. What they say is read where it matters:
 * the manifests of two VMs can have the same key.
 */
public final class ManifestKeys {
  private static final String TOP = "manifests/";

  /** Keys that a store lists in one request. */
  private static final int PAGE = 1000;

  private final Map<String, List<BackupName>> backups;
  private final Map<BackupName, Instant> changes;

  private ManifestKeys(Map<String, List<BackupName>> backups, Map<BackupName, Instant> changes) {
    this.backups = backups;
    this.changes = changes;
  }

  /**
   * Lists them.
   *
   * @throws io.virtmover.failure.VirtMoverException {@code INVALID_REQUEST} for a folder that
   *     cannot be a backup's: nothing is freed beside what nobody understands
   */
  public static ManifestKeys list(ObjectStore store, RepositoryRoot root) {
    var backups = new HashMap<String, List<BackupName>>();
    var changes = new HashMap<BackupName, Instant>();
    var top = root.key(TOP);
    store.list(
        top,
        stat -> {
          var parts = stat.key().substring(top.length()).split("/", -1);
          if (parts.length == 2) {
            var backup = new BackupName(parts[0]);
            backups.computeIfAbsent(parts[1], _ -> new ArrayList<>()).add(backup);
            if (isDocument(parts[1])) {
              changes.merge(backup, stat.modified(), ManifestKeys::later);
            }
          }
        });
    return new ManifestKeys(backups, changes);
  }

  /** The backups that have a folder for manifests, freshly listed. */
  static List<BackupName> backups(ObjectStore store, RepositoryRoot root) {
    return store.folders(root.key(TOP)).stream().map(BackupName::new).toList();
  }

  /**
   * Whether it takes fewer requests to list the backups' folders, and to ask each that is not known
   * to have a VM's manifest for it, than to list all manifests again. The VM's own are read in any
   * case.
   */
  boolean isCheaperByFolders(VmRef vm) {
    var all = backups.values().stream().mapToInt(List::size).sum();
    var folders = changes.size();
    return folders / PAGE + folders - of(vm).size() < all / PAGE;
  }

  private static boolean isDocument(String name) {
    return BackupRemoval.isDocument(RepositoryRoot.LIST, name);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** When the youngest document was written of each backup that has a manifest. */
  Map<BackupName, Instant> changes() {
    var withManifest = new HashSet<BackupName>();
    backups.forEach(
        (name, all) -> {
          if (isDocument(name) && !RepositoryRoot.isIndex(RepositoryRoot.LIST, name)) {
            withManifest.addAll(all);
          }
        });
    var found = new HashMap<>(changes);
    found.keySet().retainAll(withManifest);
    return found;
  }

  /** The same, as if a VM had no manifest of a backup. */
  public ManifestKeys without(VmRef vm, BackupName backup) {
    var others = new HashMap<>(backups);
    others.computeIfPresent(
        RepositoryRoot.manifestName(vm),
        (_, all) -> all.stream().filter(one -> !one.equals(backup)).toList());
    return new ManifestKeys(others, changes);
  }

  /** Backups that have an object where a VM's manifest would be. */
  List<BackupName> of(VmRef vm) {
    return List.copyOf(backups.getOrDefault(RepositoryRoot.manifestName(vm), List.of()));
  }
}
