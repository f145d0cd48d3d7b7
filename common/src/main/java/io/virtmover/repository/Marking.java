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
 * any of these is there or was not long ago; and all that any of them builds on.
 *
 * @param changed when the index was written
 * @param manifests all that the VM has; what they say counts, the index's {@code referencedBy}
 *     never
 * @param now when all this was read
 * @param limit what is younger stays
 */
record Marking(
    VmIndex index,
    Instant changed,
    List<Manifest> manifests,
    VmFolder folder,
    Instant now,
    Instant limit) {
  /** Checkpoints that stay, whether the index has them or not. */
  Set<CheckpointName> kept() {
    var kept = needed();
    young().forEach(id -> keep(id, kept));
    if (!kept.isEmpty() || mayBeBuiltOn()) {
      keepLatest(kept);
    }
    return kept;
  }

  /** Those of them that stay however much time passes. */
  Set<CheckpointName> needed() {
    var needed = new HashSet<CheckpointName>();
    named().forEach(id -> keep(id, needed));
    if (!needed.isEmpty()) {
      keepLatest(needed);
    }
    return needed;
  }

  private void keepLatest(Set<CheckpointName> kept) {
    index.latest().map(CheckpointEntry::id).ifPresent(latest -> keep(latest, kept));
  }

  /**
   * With the VM's last backup its latest chain goes, but not at once: the Go project reads the
   * index long before it enters an increment, notices nothing of what happens between, and takes an
   * index without entries for no reason to stop. So the index first has to say for a grace period
   * that no backup refers to it. As long as it names one, that has only now been found out.
   */
  private boolean mayBeBuiltOn() {
    var isReferred =
        index.checkpoints().stream().anyMatch(entry -> !entry.referencedBy().isEmpty());
    return (isReferred ? now : changed).isAfter(limit);
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
