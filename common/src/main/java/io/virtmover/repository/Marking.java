// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says which checkpoints must stay: those that a manifest names; those so young that somebody may
 * be about to publish them; the latest one, because the next increment builds on it, for as long as
 * any of these is there; and all that any of them builds on.
 *
 * @param manifests all that the VM has; what they say counts, the index's {@code referencedBy}
 *     never
 * @param limit what is younger stays
 */
record Marking(VmIndex index, List<Manifest> manifests, VmFolder folder, Instant limit) {
  /** Checkpoints that stay, whether the index has them or not. */
  Set<CheckpointName> kept() {
    var kept = new HashSet<CheckpointName>();
    named().forEach(id -> keep(id, kept));
    young().forEach(id -> keep(id, kept));
    if (!kept.isEmpty()) {
      index.latest().map(CheckpointEntry::id).ifPresent(latest -> keep(latest, kept));
    }
    return kept;
  }

  /** Checkpoints that a backup needs. */
  Set<CheckpointName> named() {
    return manifests.stream()
        .flatMap(manifest -> manifest.chain().stream())
        .collect(Collectors.toSet());
  }

  /**
   * Backups whose name in {@code referencedBy} means something: those that exist, and those that
   * may be about to.
   */
  Set<String> backups() {
    var young = young();
    var backups =
        manifests.stream()
            .map(Manifest::backup)
            .map(BackupName::value)
            .collect(Collectors.toCollection(HashSet::new));
    index.checkpoints().stream()
        .filter(entry -> young.contains(entry.id()))
        .forEach(entry -> backups.addAll(entry.referencedBy()));
    return backups;
  }

  private Set<CheckpointName> young() {
    var young = new HashSet<CheckpointName>();
    folder
        .checkpoints()
        .forEach(
            (id, held) -> {
              if (held.isYoungerThan(limit)) {
                young.add(id);
              }
            });
    index.checkpoints().stream().filter(this::isYoung).map(CheckpointEntry::id).forEach(young::add);
    return young;
  }

  private boolean isYoung(CheckpointEntry entry) {
    try {
      return GoFormat.parseTime(entry.timestamp()).isAfter(limit);
    } catch (DateTimeException e) {
      return false;
    }
  }

  private void keep(CheckpointName id, Set<CheckpointName> kept) {
    for (var at = Optional.of(id); at.isPresent() && kept.add(at.get()); ) {
      at = index.find(at.get()).flatMap(CheckpointEntry::parent);
    }
  }
}
