// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import java.util.Set;

/**
 * Whether a backup needs after all what a plan takes away, found out when the index does not have
 * it any more: who gets his manifest later finds that out himself. The manifests are listed again,
 * however lately that was done: the index that the plan was made from may be an old one that
 * another product has put back, and then it does not name who builds on what goes.
 */
final class SecondLook {
  private final VmRepository repository;
  private final Set<String> dropped;
  private final Set<CheckpointName> going;

  SecondLook(VmRepository repository, CollectionPlan plan) {
    this.repository = repository;
    this.dropped = Set.copyOf(plan.dropped());
    this.going = Set.copyOf(plan.checkpoints());
  }

  boolean isNeeded() {
    return ManifestKeys.list(repository.store(), repository.root()).of(repository.vm()).stream()
        .flatMap(backup -> repository.manifests().find(backup).stream())
        .anyMatch(manifest -> dropped.contains(manifest.backup().value()) || needs(manifest));
  }

  private boolean needs(Manifest manifest) {
    return manifest.chain().stream().anyMatch(going::contains);
  }
}
