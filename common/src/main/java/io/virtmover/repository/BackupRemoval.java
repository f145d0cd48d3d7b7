// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
    var isThere = manifests.find(backup).isPresent();
    if (isThere) {
      if (isYounger(manifests.key(backup), deleted)) {
        return false;
      }
      store.delete(manifests.key(backup));
    }
    list.remove(backup, vm);
    return isThere;
  }

  /**
   * Whether {@link #remove} would remove a manifest.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if it cannot be read
   */
  public boolean wouldRemove(BackupName backup, VmRef vm, Instant deleted) {
    var manifests = new Manifests(store, root, vm);
    return manifests.find(backup).isPresent() && !isYounger(manifests.key(backup), deleted);
  }

  private boolean isYounger(String key, Instant deleted) {
    return store.stat(key).filter(stat -> !stat.modified().isBefore(deleted)).isPresent();
  }

  /**
   * What there is of a backup.
   *
   * @param vms those that it has, by its manifests and its list
   * @param documents keys of its manifests, and last that of its list of VMs
   * @param others keys of objects that are none of these
   * @param changed when the youngest of its documents was written
   */
  public record Contents(
      Set<VmRef> vms, List<String> documents, List<String> others, Instant changed) {
    public Contents {
      vms = Collections.unmodifiableSet(new LinkedHashSet<>(vms));
      documents = List.copyOf(documents);
      others = List.copyOf(others);
    }
  }

  /**
   * Looks at a backup.
   *
   * @return empty if there is no document of it
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if one of them cannot be read
   */
  public Optional<Contents> contents(BackupName backup) {
    var list = root.key(RepositoryRoot.backupIndexPath(backup));
    var found = new ArrayList<ObjectStat>();
    store.list(root.key(RepositoryRoot.backupFolder(backup)), found::add);
    var documents = found.stream().filter(stat -> isDocument(list, stat.key())).toList();
    return documents.stream()
        .map(ObjectStat::modified)
        .max(Comparator.naturalOrder())
        .map(
            changed ->
                new Contents(
                    vms(backup, list, documents),
                    documents.stream()
                        .map(ObjectStat::key)
                        .sorted(Comparator.comparing(list::equals))
                        .toList(),
                    found.stream()
                        .map(ObjectStat::key)
                        .filter(key -> !isDocument(list, key))
                        .toList(),
                    changed));
  }

  /** Also one that was set aside because nobody could read it. */
  static boolean isDocument(String list, String key) {
    return key.endsWith(".json") || RepositoryRoot.isIndex(list, key);
  }

  private Set<VmRef> vms(BackupName backup, String index, List<ObjectStat> documents) {
    var vms = new LinkedHashSet<VmRef>();
    documents.stream()
        .map(ObjectStat::key)
        .filter(key -> !RepositoryRoot.isIndex(index, key))
        .flatMap(key -> store.get(key, GoJson.LIMIT).stream())
        .flatMap(manifest -> Manifests.vmOf(manifest).stream())
        .forEach(vms::add);
    list.read(backup).orElse(List.of()).stream()
        .flatMap(listed -> vm(listed).stream())
        .forEach(vms::add);
    return vms;
  }

  /** Removes a backup of all VMs: manifests first, the list of VMs last; nothing else. */
  public void removeAll(Contents contents) {
    contents.documents().forEach(store::delete);
  }

  private static Optional<VmRef> vm(Fields listed) {
    return VmRepository.vm(listed.text("namespace").orElse(""), listed.text("name").orElse(""));
  }
}
