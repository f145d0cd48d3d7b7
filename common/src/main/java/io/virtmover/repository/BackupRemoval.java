// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a backup go: its manifests, which are what makes it one. The data stays until a {@link
 * Collector} finds that no other backup needs it. Can be stopped at any request and run again.
 */
public final class BackupRemoval {
  private final ObjectStore store;
  private final RepositoryRoot root;
  private final BackupList list;

  /**
   * @param store one that honours conditions, or that nobody else writes to: else a VM that enters
   *     the list of the same backup at the same time can be lost from it, which harms nobody
   */
  public BackupRemoval(ObjectStore store, RepositoryRoot root, Clock clock) {
    this.store = store;
    this.root = root;
    this.list = new BackupList(new Documents(store), root, clock);
  }

  /**
   * Removes a VM's manifest, then the VM from the backup's list. Another VM's manifest stays,
   * though it may have the same key.
   *
   * @param deleted when the backup was deleted: a manifest that was written later is that of
   *     another one, which was made under its name since, and stays
   * @return whether there was one
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if either cannot be read; then both are there
   */
  public boolean remove(BackupName backup, VmRef vm, Instant deleted) {
    var manifests = new Manifests(store, root, vm);
    var _ = list.read(backup);
    var found = manifests.find(backup);
    var key = manifests.key(backup);
    if (found.isPresent()
        && store.stat(key).filter(stat -> !stat.modified().isBefore(deleted)).isPresent()) {
      return false;
    }
    found.ifPresent(_ -> store.delete(key));
    list.remove(backup, vm);
    return found.isPresent();
  }

  /**
   * The VMs that a backup has, by its manifests and its list.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if one of them cannot be read
   */
  public Set<VmRef> vms(BackupName backup) {
    var vms = new LinkedHashSet<VmRef>();
    for (var key : keys(backup)) {
      if (isManifest(backup, key)) {
        store.get(key, GoJson.LIMIT).flatMap(Manifests::vmOf).ifPresent(vms::add);
      }
    }
    list.read(backup).orElse(List.of()).stream()
        .flatMap(listed -> vm(listed).stream())
        .forEach(vms::add);
    return vms;
  }

  /**
   * Removes a backup of all VMs: manifests first, the list of VMs last.
   *
   * @return the VMs that it had
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if a document of it cannot be read; then
   *     nothing was removed
   */
  public Set<VmRef> removeAll(BackupName backup) {
    var vms = vms(backup);
    var last = root.key(RepositoryRoot.backupIndexPath(backup));
    var keys = keys(backup);
    keys.stream().filter(key -> !key.equals(last)).forEach(store::delete);
    if (keys.contains(last)) {
      store.delete(last);
    }
    return vms;
  }

  private List<String> keys(BackupName backup) {
    var keys = new ArrayList<String>();
    store.list(root.key(RepositoryRoot.backupFolder(backup)), stat -> keys.add(stat.key()));
    return keys;
  }

  private boolean isManifest(BackupName backup, String key) {
    return key.endsWith(".json") && !key.equals(root.key(RepositoryRoot.backupIndexPath(backup)));
  }

  private static Optional<VmRef> vm(Fields listed) {
    return VmRepository.vm(listed.text("namespace").orElse(""), listed.text("name").orElse(""));
  }
}
