// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.VirtMoverException;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether a backup needs after all what a plan takes away, found out when the index does not have
 * it any more: who gets his manifest later finds that out himself.
 */
final class SecondLook {
  private final VmRepository repository;
  private final CollectionPlan plan;
  private final Set<CheckpointName> going;

  SecondLook(VmRepository repository, CollectionPlan plan) {
    this.repository = repository;
    this.plan = plan;
    this.going = Set.copyOf(plan.checkpoints());
  }

  boolean isNeeded() {
    return areEntriesNeeded() || areOrphansNeeded();
  }

  /**
   * A backup that was entered in the index before a collector took it out may have got its manifest
   * meanwhile. Its name is in the entries: it came there with the checkpoint.
   */
  private boolean areEntriesNeeded() {
    var dropped = Set.copyOf(plan.dropped());
    var entered =
        plan.claim("", Instant.EPOCH).removed().stream()
            .flatMap(entry -> entry.referencedBy().stream());
    return Stream.concat(dropped.stream(), entered)
        .distinct()
        .flatMap(name -> VmRepository.backupName(name).stream())
        .flatMap(backup -> repository.manifests().find(backup).stream())
        .anyMatch(manifest -> dropped.contains(manifest.backup().value()) || needs(manifest));
  }

  /**
   * The manifests may have been listed long ago, and no entry names an orphan's backup: its record
   * does. What another product left, or nobody can read, names none; then they are listed again.
   */
  private boolean areOrphansNeeded() {
    var backups = new HashSet<BackupName>();
    var areNamed = true;
    for (var orphan : plan.orphans()) {
      if (plan.hasDocuments(orphan)) {
        var record = readableRecord(orphan);
        record.map(CheckpointRecord::backup).ifPresent(backups::add);
        areNamed &= record.isPresent();
      }
    }
    if (!areNamed) {
      var keys = ManifestKeys.list(repository.store(), repository.root());
      backups.addAll(keys.of(repository.vm()));
    }
    return backups.stream()
        .flatMap(backup -> repository.manifests().find(backup).stream())
        .anyMatch(this::needs);
  }

  private boolean needs(Manifest manifest) {
    return manifest.chain().stream().anyMatch(going::contains);
  }

  private Optional<CheckpointRecord> readableRecord(CheckpointName checkpoint) {
    try {
      return repository.readRecord(checkpoint);
    } catch (VirtMoverException e) {
      if (SetAside.isDamage(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
