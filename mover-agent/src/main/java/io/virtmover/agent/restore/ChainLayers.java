// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.ObjectReader;
import io.virtmover.agent.image.RandomReader;
import io.virtmover.agent.image.extents.Extents;
import io.virtmover.domain.BackupType;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.repository.CheckpointEntry;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.RestorePoint;
import io.virtmover.repository.VmRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens the images of a chain in the bucket, with their side objects where there are some. What of
 * their tables is in memory is bounded, however long the chain. Not thread-safe.
 */
public final class ChainLayers {
  /** Bytes of side objects in memory, for all images of a chain together. */
  private static final int MEMORY = 8 << 20;

  private static final int MOST_PER_IMAGE = 1 << 20;
  private static final int LEAST_PER_IMAGE = 8 << 10;

  private record Known(CheckpointEntry checkpoint, Optional<CheckpointRecord> record) {}

  private final VmRepository repository;
  private final int memoryPerImage;
  private final boolean isLong;
  private @Nullable Known latest;

  /**
   * @param openAtOnce how many images are in use at the same time
   */
  public ChainLayers(VmRepository repository, int openAtOnce) {
    this.repository = repository;
    this.isLong = openAtOnce > NativeRestore.SHORT_CHAIN;
    this.memoryPerImage = Math.clamp(MEMORY / openAtOnce, LEAST_PER_IMAGE, MOST_PER_IMAGE);
  }

  /**
   * Opens the images of a disk.
   *
   * @param images oldest first
   * @throws VirtMoverException {@code CORRUPT_BACKUP} for a missing or short object or a damaged
   *     side object
   */
  static List<Layer> openAll(VmRepository repository, List<RestorePoint.Layer> images) {
    var layers = new ChainLayers(repository, images.size());
    var opened = new ArrayList<Layer>();
    for (var image : images) {
      opened.add(layers.open(image));
    }
    return opened;
  }

  /** Opens one image. */
  public Layer open(RestorePoint.Layer layer) {
    var object = object(layer);
    return record(layer.checkpoint())
        .flatMap(record -> diskOf(record, layer))
        .<Layer>map(disk -> new DescribedLayer(object, extents(disk, object, layer), disk.etag()))
        .orElseGet(() -> foreign(object, layer.checkpoint().type()));
  }

  private ForeignLayer foreign(ObjectReader object, BackupType type) {
    var image = isLong ? ForeignLayer.openOneOfMany(object) : ForeignLayer.open(object);
    if (type == BackupType.FULL && image.namesBackingFile()) {
      throw ForeignLayer.lacksItsBase(object);
    }
    return image;
  }

  /**
   * The images of a disk as they are, for who reads them without what is recorded of their content.
   *
   * @param images oldest first
   * @throws VirtMoverException {@code CORRUPT_BACKUP} for a missing or short object, or a record
   *     that contradicts the index
   */
  static List<ObjectReader> objects(VmRepository repository, List<RestorePoint.Layer> images) {
    var layers = new ChainLayers(repository, images.size());
    var objects = new ArrayList<ObjectReader>();
    for (var image : images) {
      var _ = layers.record(image.checkpoint());
      objects.add(layers.object(image));
    }
    return objects;
  }

  private ObjectReader object(RestorePoint.Layer layer) {
    var key = repository.root().key(layer.image().objectPath());
    var stat = repository.store().stat(key).orElseThrow(() -> damaged(key, "is missing", layer));
    if (stat.size() != layer.image().size()) {
      throw damaged(
          key, "has %d bytes instead of %d".formatted(stat.size(), layer.image().size()), layer);
    }
    return new ObjectReader(repository.store(), key, stat.size(), Optional.of(stat.etag()));
  }

  /**
   * What is recorded of a checkpoint; that of the checkpoint asked for last is kept.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} if it contradicts the index
   */
  public Optional<CheckpointRecord> record(CheckpointEntry checkpoint) {
    var known = latest;
    if (known == null || !known.checkpoint().id().equals(checkpoint.id())) {
      known = new Known(checkpoint, repository.readRecord(checkpoint.id()));
      latest = known;
    }
    known.record().ifPresent(record -> repository.checkAgreement(checkpoint, record));
    return known.record();
  }

  private static Optional<CheckpointRecord.Disk> diskOf(
      CheckpointRecord record, RestorePoint.Layer layer) {
    return record.disks().stream()
        .filter(disk -> disk.fileName().equals(layer.image().fileName()))
        .findFirst();
  }

  private Extents extents(
      CheckpointRecord.Disk disk, ObjectReader image, RestorePoint.Layer layer) {
    var extents = Extents.open(reader(disk));
    var isIncrement = layer.checkpoint().type() == BackupType.INCREMENTAL;
    if (extents.imageSize() != image.size()
        || extents.geometry().virtualSize() != disk.virtualSize()
        || extents.isIncrement() != isIncrement) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_BACKUP,
          "The side object of %s describes another image; restore a backup that does not need it."
              .formatted(image.name()));
    }
    return extents;
  }

  private RandomReader reader(CheckpointRecord.Disk disk) {
    var key = repository.root().key(RepositoryRoot.extentsPath(disk.objectPath()));
    if (disk.extents().inline().isPresent() || disk.extents().size() <= memoryPerImage) {
      return new BufferReader(key, repository.readExtents(disk, MOST_PER_IMAGE));
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
                        "The side object %s is missing or short; restore a backup that does not need it."
                            .formatted(key)));
    return new ReadAhead(
        new ObjectReader(repository.store(), key, stat.size(), Optional.of(stat.etag())),
        memoryPerImage);
  }

  private static VirtMoverException damaged(String key, String what, RestorePoint.Layer layer) {
    return new VirtMoverException(
        FailureKind.CORRUPT_BACKUP,
        "The image %s of checkpoint %s %s; restore a backup that does not need it."
            .formatted(key, layer.checkpoint().id(), what));
  }
}
