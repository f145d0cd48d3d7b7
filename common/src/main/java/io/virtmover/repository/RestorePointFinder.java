// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds a VM's backups and says of each that cannot be restored why. A backup exists when its
 * manifest does. Which there may be is told by the index, and by the records of checkpoints that
 * the index has lost; the bucket is never searched as a whole, because the manifests of all VMs lie
 * together.
 */
final class RestorePointFinder {
  private final VmRepository repository;
  private final VmIndex index;
  private final Map<String, ObjectStat> objects;
  private final CheckpointFacts facts;

  RestorePointFinder(VmRepository repository) {
    this.repository = repository;
    this.index = repository.readIndex();
    this.objects = repository.objects();
    this.facts = repository.facts(objects);
  }

  /** As far as index and manifests tell. */
  RestorePointList find() {
    return find(false);
  }

  /** Looks at the size of every image that is needed and reads its record, too. */
  RestorePointList findRestorable() {
    return find(true);
  }

  private RestorePointList find(boolean thoroughly) {
    var points = new ArrayList<RestorePoint>();
    var unusable = new ArrayList<RestorePointList.Unusable>();
    for (var backup : names()) {
      try {
        repository
            .manifests()
            .find(backup)
            .map(manifest -> repository.restorePoint(index, manifest))
            .ifPresent(
                point -> {
                  if (thoroughly) {
                    repository.checkChain(point.chain(), objects, facts);
                  }
                  points.add(point);
                });
      } catch (VirtMoverException e) {
        if (!RestorePointList.isUnusable(e)) {
          throw e;
        }
        unusable.add(new RestorePointList.Unusable(backup, e));
      }
    }
    points.sort(Comparator.comparingInt(point -> index.checkpoints().indexOf(point.latest())));
    return new RestorePointList(points, unusable, facts.reasons());
  }

  private Set<BackupName> names() {
    var names = new TreeSet<>(VmRepository.backupNames(index));
    lostCheckpoints().forEach(id -> backupOf(id).ifPresent(names::add));
    return names;
  }

  /** Checkpoints with a record that the index does not have. */
  private List<CheckpointName> lostCheckpoints() {
    return objects.keySet().stream()
        .flatMap(key -> repository.root().recordedCheckpoint(repository.vm(), key).stream())
        .flatMap(name -> checkpointName(name).stream())
        .filter(id -> index.find(id).isEmpty())
        .sorted()
        .toList();
  }

  /** Whatever cannot be a checkpoint's name is somebody else's. */
  private static Optional<CheckpointName> checkpointName(String text) {
    try {
      return Optional.of(new CheckpointName(text));
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }

  /** A record that cannot be read says of no backup that it exists. */
  private Optional<BackupName> backupOf(CheckpointName lost) {
    try {
      return repository.readRecord(lost).map(CheckpointRecord::backup);
    } catch (VirtMoverException e) {
      if (!RestorePointList.isUnusable(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
