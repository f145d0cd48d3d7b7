// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.image.BufferReader;
import io.virtmover.image.ObjectReader;
import io.virtmover.image.RandomReader;
import io.virtmover.image.extents.Extents;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.RestorePoint;
import io.virtmover.repository.VmRepository;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Opens the images of a chain in the bucket, with their side objects where there are some. */
public final class ChainLayers {
  /** Side objects up to this size are fetched whole; larger ones by window. */
  private static final int WHOLE_LIMIT = 1 << 20;

  private final VmRepository repository;
  private final Map<String, Optional<CheckpointRecord>> records = new HashMap<>();

  public ChainLayers(VmRepository repository) {
    this.repository = repository;
  }

  /**
   * Opens a disk's images.
   *
   * @param images oldest first
   * @throws VirtMoverException {@code CORRUPT_BACKUP} for a missing or short object or a damaged
   *     side object
   */
  public List<Layer> open(List<RestorePoint.Layer> images) {
    var layers = new ArrayList<Layer>();
    for (var image : images) {
      layers.add(open(image));
    }
    return layers;
  }

  /** Opens one image. */
  public Layer open(RestorePoint.Layer layer) {
    var key = repository.root().key(layer.image().objectPath());
    var stat = repository.store().stat(key).orElseThrow(() -> damaged(key, "is missing", layer));
    if (stat.size() != layer.image().size()) {
      throw damaged(
          key, "has %d bytes instead of %d".formatted(stat.size(), layer.image().size()), layer);
    }
    var object = new ObjectReader(repository.store(), key, stat.size(), Optional.of(stat.etag()));
    return recordOf(layer)
        .<Layer>map(disk -> new DescribedLayer(object, extents(disk, object)))
        .orElseGet(() -> ForeignLayer.open(object));
  }

  private Optional<CheckpointRecord.Disk> recordOf(RestorePoint.Layer layer) {
    return records
        .computeIfAbsent(
            layer.checkpoint().id().value(), _ -> repository.readRecord(layer.checkpoint().id()))
        .flatMap(
            record ->
                record.disks().stream()
                    .filter(disk -> disk.fileName().equals(layer.image().fileName()))
                    .findFirst());
  }

  private Extents extents(CheckpointRecord.Disk disk, ObjectReader image) {
    var extents = Extents.open(reader(disk));
    if (extents.imageSize() != image.size()
        || extents.geometry().virtualSize() != disk.virtualSize()) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_BACKUP,
          "The side object of %s describes another image.".formatted(image.name()));
    }
    return extents;
  }

  private RandomReader reader(CheckpointRecord.Disk disk) {
    var key = repository.root().key(RepositoryRoot.extentsPath(disk.objectPath()));
    if (disk.extents().inline().isPresent() || disk.extents().size() <= WHOLE_LIMIT) {
      return new BufferReader(key, repository.readExtents(disk, WHOLE_LIMIT));
    }
    ObjectStat stat =
        repository
            .store()
            .stat(key)
            .filter(found -> found.size() == disk.extents().size())
            .orElseThrow(
                () ->
                    new VirtMoverException(
                        FailureKind.CORRUPT_BACKUP,
                        "The side object %s is missing or short.".formatted(key)));
    return new ObjectReader(repository.store(), key, stat.size(), Optional.of(stat.etag()));
  }

  private static VirtMoverException damaged(String key, String what, RestorePoint.Layer layer) {
    return new VirtMoverException(
        FailureKind.CORRUPT_BACKUP,
        "The image %s of checkpoint %s %s; restore a backup that does not need it."
            .formatted(key, layer.checkpoint().id(), what));
  }
}
