// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.ObjectReader;
import io.virtmover.agent.image.RandomReader;
import io.virtmover.agent.image.extents.Extents;
import io.virtmover.concurrent.Prefetch;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.repository.ChainImage;
import io.virtmover.repository.CheckpointEntry;
import io.virtmover.repository.CheckpointRecord;
import io.virtmover.repository.RepositoryRoot;
import io.virtmover.repository.RestorePoint;
import io.virtmover.repository.VmRepository;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens the images of a chain in the bucket, with their side objects where there are some. What of
 * their tables is in memory is bounded, however long the chain. Not thread-safe.
 */
public final class ChainLayers {
  /** Images of which more than one window's tables are kept in memory. */
  public static final int SHORT_CHAIN = 16;

  /** Bytes of side objects in memory, for all images of a chain together. */
  private static final int MEMORY = 8 << 20;

  private static final int MOST_PER_IMAGE = 1 << 20;
  private static final int LEAST_PER_IMAGE = 8 << 10;

  /** Images whose records and tables are on their way at once. */
  private static final int OPENED_AT_ONCE = 8;

  private record Opened(Layer layer, boolean isWhole) {}

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
    this.isLong = openAtOnce > SHORT_CHAIN;
    this.memoryPerImage = Math.clamp(MEMORY / openAtOnce, LEAST_PER_IMAGE, MOST_PER_IMAGE);
  }

  /**
   * Opens the images of a disk, oldest first.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} for a missing or short object or a damaged
   *     side object, {@code CHAIN_BROKEN} or {@code INVALID_REQUEST} as {@link
   *     RestorePoint#visitImages} has it
   */
  public static List<Layer> openAll(
      VmRepository repository, RestorePoint point, VolumeName volume) {
    var images = point.chain().checkpoints().size();
    var layers = new ArrayDeque<Layer>();
    try (var ahead =
        new Prefetch<>(
            "Opening the images of disk " + volume,
            newestFirst(point, volume),
            OPENED_AT_ONCE,
            image -> new ChainLayers(repository, images).opened(image))) {
      point.visitImages(
          volume,
          _ -> {
            var next = ahead.next();
            layers.addFirst(next.layer());
            return next.isWhole();
          });
    }
    return List.copyOf(layers);
  }

  /** In the order in which they are visited; which is the last is known when its record is read. */
  private static List<ChainImage> newestFirst(RestorePoint point, VolumeName volume) {
    return point.chain().checkpoints().reversed().stream()
        .map(
            checkpoint ->
                checkpoint.imageOf(volume.value()).map(file -> new ChainImage(checkpoint, file)))
        .takeWhile(Optional::isPresent)
        .flatMap(Optional::stream)
        .toList();
  }

  private Opened opened(ChainImage image) {
    return new Opened(open(image), isWhole(image));
  }

  /** Whether an image holds all of its disk, as far as the checkpoint's record tells. */
  private boolean isWhole(ChainImage image) {
    return recorded(image).filter(CheckpointRecord.Disk::isWhole).isPresent();
  }

  private Optional<CheckpointRecord.Disk> recorded(ChainImage image) {
    return record(image.checkpoint()).flatMap(record -> record.disk(image.file().fileName()));
  }

  /** Opens one image. */
  public Layer open(ChainImage image) {
    var object = object(image);
    return recorded(image)
        .<Layer>map(disk -> new DescribedLayer(object, extents(disk, object, image), disk.etag()))
        .orElseGet(() -> foreign(object, image.checkpoint().type()));
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
   * @param hidesWhatIsBelow whether the first one was recorded to hold all of its disk, so that the
   *     backing file it names is of no account
   */
  public record Objects(List<ObjectReader> images, boolean hidesWhatIsBelow) {}

  /**
   * Finds the images of a disk.
   *
   * @throws VirtMoverException {@code CORRUPT_BACKUP} for a missing or short object, or a record
   *     that contradicts the index; otherwise as {@link #openAll}
   */
  public static Objects objects(VmRepository repository, RestorePoint point, VolumeName volume) {
    var layers = new ChainLayers(repository, point.chain().checkpoints().size());
    var images = point.imagesOf(volume, layers::isWhole);
    var base = images.getFirst();
    var hidesWhatIsBelow = base.checkpoint().type() == BackupType.INCREMENTAL;
    if (hidesWhatIsBelow) {
      // Its record says so; what is recorded of its clusters has to agree.
      var _ = layers.open(base);
    }
    return new Objects(images.stream().map(layers::object).toList(), hidesWhatIsBelow);
  }

  private ObjectReader object(ChainImage image) {
    var key = repository.root().key(image.file().objectPath());
    var stat = repository.store().stat(key).orElseThrow(() -> damaged(key, "is missing", image));
    if (stat.size() != image.file().size()) {
      throw damaged(
          key, "has %d bytes instead of %d".formatted(stat.size(), image.file().size()), image);
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

  private Extents extents(CheckpointRecord.Disk disk, ObjectReader object, ChainImage image) {
    var extents = Extents.open(reader(disk));
    if (extents.imageSize() != object.size()
        || extents.geometry().virtualSize() != disk.virtualSize()
        || !agrees(extents, disk.type(), image.checkpoint().type())) {
      throw new VirtMoverException(
          FailureKind.CORRUPT_BACKUP,
          "The side object of %s describes another image; restore a backup that does not need it."
              .formatted(object.name()));
    }
    return extents;
  }

  /**
   * Whether an image is what its disk's type says. All of a disk in an increment either builds on
   * nothing, or leaves nothing of what is below it to be seen.
   */
  private static boolean agrees(Extents extents, BackupType disk, BackupType checkpoint) {
    return switch (disk) {
      case INCREMENTAL -> extents.isIncrement();
      case FULL ->
          checkpoint == BackupType.FULL
              ? !extents.isIncrement()
              : !extents.isIncrement() || extents.hidesAll();
    };
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

  private static VirtMoverException damaged(String key, String what, ChainImage image) {
    return new VirtMoverException(
        FailureKind.CORRUPT_BACKUP,
        "The image %s of checkpoint %s %s; restore a backup that does not need it."
            .formatted(key, image.checkpoint().id(), what));
  }
}
