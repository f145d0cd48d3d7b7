// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.cluster.VeleroNames;
import io.virtmover.domain.BackupName;
import io.virtmover.objectstore.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The backups that Velero has in a location: those of which its {@code velero-backup.json} is
 * there. While Velero takes a backup it does not have it yet. What it calls by a long name has a
 * short one in manifests.
 */
public final class VeleroBackups {
  /** For how long a backup may be one that Velero still takes. */
  public static final Duration LONGEST_TAKING = Duration.ofDays(1);

  private static final String FILE = "/velero-backup.json";

  private final ObjectStore store;
  private final String top;

  public VeleroBackups(ObjectStore store, RepositoryRoot root) {
    this.store = store;
    this.top = root.veleroBackups();
  }

  /** Velero's own name of a backup and the key of what it has of it. */
  public record Found(String name, String key) {}

  /**
   * Looks for one.
   *
   * @param backup its name, short or as Velero has it
   */
  public Optional<Found> find(String backup) {
    var label = VeleroNames.label(backup);
    return store.folders(top).stream()
        .filter(name -> VeleroNames.label(name).equals(label))
        .map(name -> new Found(name, top + name + FILE))
        .filter(found -> store.stat(found.key()).isPresent())
        .findFirst();
  }

  /**
   * Backups that have manifests and that Velero does not have any more, in order; none that it may
   * still be taking. A listing finds them, for which Velero has about a dozen objects of each.
   */
  public List<BackupName> forgotten(ManifestKeys manifests, Instant now) {
    var old =
        manifests.changes().entrySet().stream()
            .filter(backup -> !mayBeTaken(backup.getValue(), LONGEST_TAKING, now))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (old.isEmpty()) {
      return List.of();
    }
    var there = labels();
    return old.stream().filter(backup -> !there.contains(backup.value())).toList();
  }

  private Set<String> labels() {
    var labels = new HashSet<String>();
    store.list(
        top,
        stat -> {
          var parts = stat.key().substring(top.length()).split("/", 2);
          if (stat.key().equals(top + parts[0] + FILE)) {
            labels.add(VeleroNames.label(parts[0]));
          }
        });
    return labels;
  }

  /**
   * Whether Velero may still be taking a backup.
   *
   * @param changed when the youngest document of it was written
   * @param longest for how long it takes one at most
   */
  public static boolean mayBeTaken(Instant changed, Duration longest, Instant now) {
    return changed.plus(longest).isAfter(now);
  }
}
