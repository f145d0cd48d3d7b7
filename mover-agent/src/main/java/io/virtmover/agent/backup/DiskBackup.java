// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.progress.Progress;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.image.ClusterMap;
import io.virtmover.image.ClusterStatus;
import io.virtmover.image.Geometry;
import io.virtmover.image.ObjectReader;
import io.virtmover.image.ZeroScan;
import io.virtmover.image.extents.Extents;
import io.virtmover.image.extents.ExtentsWriter;
import io.virtmover.image.qcow2.Qcow2StreamWriter;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import io.virtmover.transfer.DiskNeed;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One disk's way into the bucket: map, read, drop zeros, send, describe. Leaves the image and,
 * where it is not small enough to be carried in {@code checkpoint.json}, its {@code .extents}
 * object.
 */
final class DiskBackup {
  /** Side objects up to this size travel inside {@code checkpoint.json}. */
  static final int INLINE_LIMIT = 4 << 10;

  static final String FINGERPRINT = "virtmover-fingerprint";
  static final String ATTEMPT = "virtmover-attempt";

  /**
   * Where a disk's objects go.
   *
   * @param backingName what the header of an increment names; empty for a full
   * @param present whether a listing has shown an image of this key before
   */
  record Destination(
      String imageKey,
      String extentsKey,
      Optional<String> backingName,
      String attempt,
      boolean present,
      boolean conditionalWrites) {}

  private final ObjectStore store;
  private final String disk;
  private final DiskSource source;
  private final Destination destination;
  private final Progress progress;

  DiskBackup(
      ObjectStore store,
      String disk,
      DiskSource source,
      Destination destination,
      Progress progress) {
    this.store = store;
    this.disk = disk;
    this.source = source;
    this.destination = destination;
    this.progress = progress;
  }

  /** Output clusters are as large as the source can tell apart, at most this. */
  private Geometry geometry(int preferredClusterBits) {
    return new Geometry(
        source.virtualSize(), Math.min(preferredClusterBits, source.maxClusterBits()));
  }

  /**
   * Moves the disk.
   *
   * @param share bytes of the budget it takes if there are as many and it does not need more
   */
  StoredImage run(MemoryBudget budget, long share, int preferredClusterBits) {
    var geometry = geometry(preferredClusterBits);
    try (var memory = budget.admit(disk, geometry)) {
      var map = new ClusterMap(geometry, memory::mapChunk);
      source.map(map);
      return run(map, memory, share);
    }
  }

  private StoredImage run(ClusterMap map, DiskMemory memory, long share) {
    var dataBytes = map.count(ClusterStatus.DATA) << map.geometry().clusterBits();
    progress.expect(dataBytes);
    var fingerprint =
        Fingerprint.of(map, source.identity(), destination.backingName().orElse("full"));
    var before = destination.present() ? adopt(fingerprint) : Optional.<StoredImage>empty();
    if (before.isPresent()) {
      progress.advance(dataBytes);
      return before.get();
    }
    var need = DiskNeed.ofMap(map);
    var buffers = memory.takeBuffers(need, share);
    var plan = MemoryPlan.of(buffers, need.partSize(), source.concurrency());
    return write(map, memory, memory.allocate(need.side()), plan, fingerprint);
  }

  private StoredImage write(
      ClusterMap map,
      DiskMemory memory,
      ByteBuffer sideBuffer,
      MemoryPlan plan,
      Fingerprint fingerprint) {
    var geometry = map.geometry();
    var metadata = Map.of(FINGERPRINT, fingerprint.hex(), ATTEMPT, destination.attempt());
    try (var image =
            new ImageUpload(
                store, destination.imageKey(), metadata, plan.partSize(), plan.partBuffers());
        var side = new SideObject(store, destination.extentsKey(), metadata, sideBuffer)) {
      var writer =
          new Qcow2StreamWriter(
              geometry,
              destination.backingName(),
              image::write,
              new ExtentsWriter(geometry, side::write, memory::allocate));
      var bytesRead = copy(map, plan, writer);
      source.checkUnchanged();
      var finished = writer.finish(fingerprint.bytes());
      var outcome = image.finish(finished.header(), condition());
      var etag =
          switch (outcome) {
            case WriteOutcome.Written(var written) -> written;
            case WriteOutcome.ConditionFailed() -> sameImage(fingerprint, finished.imageSize());
          };
      var inline = side.inline(INLINE_LIMIT);
      if (inline.isEmpty()) {
        side.store();
      }
      return new StoredImage(
          geometry,
          finished.imageSize(),
          etag,
          finished.dataClusters() << geometry.clusterBits(),
          finished.zeroClusters() << geometry.clusterBits(),
          fingerprint.hex(),
          inline,
          side.size(),
          side.crc32c(),
          bytesRead,
          image.reusedBytes(),
          outcome instanceof WriteOutcome.Written);
    }
  }

  private WriteCondition condition() {
    return destination.conditionalWrites() ? WriteCondition.ifAbsent() : WriteCondition.always();
  }

  private long copy(ClusterMap map, MemoryPlan plan, Qcow2StreamWriter writer) {
    var clusterSize = map.geometry().clusterSize();
    var consumer =
        new ClusterReader.Consumer() {
          @Override
          public void zero(long first, long clusters) {
            writer.zero(first, clusters);
          }

          @Override
          public void data(long first, int clusters, ByteBuffer bytes) {
            for (var i = 0; i < clusters; i++) {
              if (ZeroScan.isZero(bytes, i * clusterSize, clusterSize)) {
                writer.zero(first + i, 1);
              } else {
                writer.data(first + i, bytes.slice(i * clusterSize, clusterSize));
              }
            }
            progress.advance((long) clusters * clusterSize);
          }
        };
    try (var reader =
        new ClusterReader(
            source,
            consumer,
            clusterSize,
            Math.max(plan.readSize(), clusterSize),
            plan.readBuffers())) {
      reader.run(map);
      return reader.bytesRead();
    }
  }

  /** An image that an interrupted run of the same backup has left complete. */
  private Optional<StoredImage> adopt(Fingerprint fingerprint) {
    var stat = store.stat(destination.imageKey());
    if (stat.isEmpty()) {
      return Optional.empty();
    }
    if (!isFrom(stat.get(), fingerprint)) {
      throw conflict(stat.get());
    }
    return store
        .stat(destination.extentsKey())
        .filter(side -> isFrom(side, fingerprint))
        .map(side -> adopted(stat.get(), side, fingerprint));
  }

  private StoredImage adopted(ObjectStat image, ObjectStat side, Fingerprint fingerprint) {
    var reader = new ObjectReader(store, side.key(), side.size(), Optional.of(side.etag()));
    var extents = Extents.open(reader);
    var clusterBits = extents.geometry().clusterBits();
    var checksum = new CRC32C();
    for (var at = 0L; at < side.size(); ) {
      var piece = ByteBuffer.allocate((int) Math.min(1 << 20, side.size() - at));
      reader.read(at, piece);
      checksum.update(piece.flip());
      at += piece.limit();
    }
    return new StoredImage(
        extents.geometry(),
        image.size(),
        image.etag(),
        extents.dataClusters() << clusterBits,
        extents.zeroClusters() << clusterBits,
        fingerprint.hex(),
        Optional.empty(),
        side.size(),
        (int) checksum.getValue(),
        0,
        image.size(),
        false);
  }

  private String sameImage(Fingerprint fingerprint, long size) {
    var stat =
        store
            .stat(destination.imageKey())
            .orElseThrow(
                () ->
                    new VirtMoverException(
                        FailureKind.CONFLICT,
                        "Another writer created and removed %s at the same time; run it again."
                            .formatted(destination.imageKey())));
    if (!isFrom(stat, fingerprint) || stat.size() != size) {
      throw conflict(stat);
    }
    return stat.etag();
  }

  private static boolean isFrom(ObjectStat stat, Fingerprint fingerprint) {
    return fingerprint.hex().equals(stat.metadata().get(FINGERPRINT));
  }

  private VirtMoverException conflict(ObjectStat stat) {
    return new VirtMoverException(
        FailureKind.CONFLICT,
        "Disk %s: %s exists already and was made from something else (attempt %s); a checkpoint name"
                .formatted(disk, stat.key(), stat.metadata().getOrDefault(ATTEMPT, "unknown"))
            + " is never used twice. If that attempt is dead, delete the object and run again.");
  }
}
