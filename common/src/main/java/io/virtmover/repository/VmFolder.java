// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What lies in a VM's folder: the objects and open uploads of each checkpoint, and those beside.
 *
 * @param objects of the VM itself, its index first of all
 * @param uploads to keys of the VM itself
 */
record VmFolder(
    Map<CheckpointName, Held> checkpoints,
    List<ObjectStat> objects,
    List<MultipartUpload> uploads) {
  /** What lies in a checkpoint's folder, whoever put it there. */
  record Held(List<ObjectStat> objects, List<MultipartUpload> uploads) {
    static final Held NOTHING = new Held(List.of(), List.of());

    /** Whether something in it is younger: then somebody may be about to complete it. */
    boolean isYoungerThan(Instant limit) {
      return objects.stream().anyMatch(stat -> stat.modified().isAfter(limit))
          || uploads.stream().anyMatch(upload -> upload.initiated().isAfter(limit));
    }
  }

  static VmFolder read(VmRepository repository) {
    var prefix = repository.root().key(RepositoryRoot.vmFolder(repository.vm()));
    var folder = new VmFolder(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
    repository
        .store()
        .list(
            prefix,
            stat ->
                checkpoint(prefix, stat.key())
                    .map(id -> folder.held(id).objects())
                    .orElseGet(folder::objects)
                    .add(stat));
    for (var upload : repository.store().openUploads(prefix)) {
      checkpoint(prefix, upload.key())
          .map(id -> folder.held(id).uploads())
          .orElseGet(folder::uploads)
          .add(upload);
    }
    return folder;
  }

  private Held held(CheckpointName id) {
    return checkpoints.computeIfAbsent(id, _ -> new Held(new ArrayList<>(), new ArrayList<>()));
  }

  Held of(CheckpointName id) {
    return checkpoints.getOrDefault(id, Held.NOTHING);
  }

  /** The object of the VM itself that has this key. */
  Optional<ObjectStat> object(String key) {
    return objects.stream().filter(stat -> stat.key().equals(key)).findFirst();
  }

  /** Empty for what lies in no checkpoint's folder. */
  private static Optional<CheckpointName> checkpoint(String prefix, String key) {
    var slash = key.indexOf('/', prefix.length());
    if (slash < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(new CheckpointName(key.substring(prefix.length(), slash)));
    } catch (VirtMoverException e) {
      return Optional.empty();
    }
  }
}
