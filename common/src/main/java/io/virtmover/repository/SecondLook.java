// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import java.util.List;
import java.util.Set;

/**
 * Whether a backup needs after all what a plan takes away, found out when the index does not have
 * it any more: who gets his manifest later finds that out himself. The store is asked again for the
 * VM's manifests, however lately that was done: the index that the plan was made from may be an old
 * one that another product has put back, and then it does not name who builds on what goes.
 *
 * <p>Either all manifests are listed, which costs by the number of all VMs' manifests, or the
 * folders of backups, and each is asked for the VM's, which costs by the number of backups. Both
 * find every manifest that is there when the look begins. An earlier listing says which costs less,
 * and no more than that.
 */
final class SecondLook {
  private final VmRepository repository;
  private final ManifestKeys known;
  private final Set<String> dropped;
  private final Set<CheckpointName> going;

  /**
   * @param known an earlier listing
   */
  SecondLook(VmRepository repository, CollectionPlan plan, ManifestKeys known) {
    this.repository = repository;
    this.known = known;
    this.dropped = Set.copyOf(plan.dropped());
    this.going = Set.copyOf(plan.checkpoints());
  }

  boolean isNeeded() {
    return candidates().stream()
        .flatMap(backup -> repository.manifests().find(backup).stream())
        .anyMatch(manifest -> dropped.contains(manifest.backup().value()) || needs(manifest));
  }

  /** Backups that the VM can have a manifest of. */
  private List<BackupName> candidates() {
    var root = repository.root();
    return known.isCheaperByFolders(repository.vm())
        ? ManifestKeys.backups(repository.store(), root)
        : ManifestKeys.list(repository.store(), root).of(repository.vm());
  }

  private boolean needs(Manifest manifest) {
    return manifest.chain().stream().anyMatch(going::contains);
  }
}
