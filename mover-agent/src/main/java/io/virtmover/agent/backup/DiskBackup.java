// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.ZeroScan;
import io.virtmover.agent.image.extents.ExtentsWriter;
import io.virtmover.agent.image.qcow2.Qcow2StreamWriter;
import io.virtmover.agent.progress.Progress;
import io.virtmover.domain.BackupType;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.ObjectStore;
import io.virtmover.transfer.PartSize;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * One disk's way into the bucket: map, read, drop zeros, send, describe. Leaves the image and,
 * where it is not small enough to be carried in {@code checkpoint.json}, its {@code .extents}
 * object.
 */
final class DiskBackup {
  /** Side objects up to this size travel inside {@code checkpoint.json}. */
  static final int INLINE_LIMIT = 4 << 10;

  /** Metadata of every object: who wrote it. It says nothing of the content. */
  static final String ATTEMPT = "virtmover-attempt";

  /** The first try, one for each way an upload can be lost, and one more. */
  private static final int PASSES = 4;

  /**
   * Where a disk's objects go.
   *
   * @param backingName what the image's header names; empty where a chain of the disk begins
   * @param type whether the source holds all of the disk
   * @param present whether a listing has shown an image of this key before
   */
  record Destination(
      String imageKey,
      String extentsKey,
      Optional<String> backingName,
      BackupType type,
      String attempt,
      boolean present) {
    /**
     * What a cluster is that the source leaves out. All of a disk on a parent hides the parent: it
     * says of each such cluster that it reads as zeros.
     */
    ClusterStatus leftOut() {
      return type == BackupType.FULL && backingName.isPresent()
          ? ClusterStatus.ZERO
          : ClusterStatus.HOLE;
    }
  }

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
      var map = new ClusterMap(geometry, memory::mapChunk, destination.leftOut());
      source.map(map);
      progress.expect(map.count(ClusterStatus.DATA) << geometry.clusterBits());
      var need = DiskNeeds.ofMap(map);
      var buffers = memory.takeBuffers(need, share);
      return store(map, MemoryPlan.of(buffers, need, source.concurrency()));
    }
  }

  /**
   * One pass over the source is enough, unless another run works on the same image: what that has
   * made visible is compared, from the beginning, and an upload that was lost to it begins anew.
   */
  private StoredImage store(ClusterMap map, MemoryPlan plan) {
    var isPresent = destination.present();
    var ending = Optional.<LostUploadException>empty();
    for (var pass = 1; mayTry(pass, ending); pass++) {
      try (var sink = sink(map, plan, isPresent, pass == 1)) {
        var stored = write(map, plan, sink);
        if (stored.isPresent()) {
          return stored.get();
        }
        ending = Optional.empty();
      } catch (LostUploadException e) {
        ending = Optional.of(e);
      }
      progress.expect(map.count(ClusterStatus.DATA) << map.geometry().clusterBits());
      isPresent = true;
    }
    throw new VirtMoverException(
        FailureKind.CONFLICT,
        (ending.isPresent()
                ? "Disk %s: other runs of this backup kept ending the upload of %s; run it again when they are gone."
                : "Disk %s: the store refuses %s because it is there already, but shows no such object. If somebody"
                    + " deletes it meanwhile, run it again; otherwise the store is inconsistent.")
            .formatted(disk, destination.imageKey()),
        ending.orElse(null));
  }

  /** An image that the last pass has met is compared, whichever pass that was. */
  private boolean mayTry(int pass, Optional<LostUploadException> ending) {
    return pass <= PASSES
        || (pass == PASSES + 1
            && ending.isEmpty()
            && store.stat(destination.imageKey()).isPresent());
  }

  private ImageSink sink(ClusterMap map, MemoryPlan plan, boolean mayBePresent, boolean resumes) {
    var present = mayBePresent ? store.stat(destination.imageKey()) : Optional.<ObjectStat>empty();
    return present
        .<ImageSink>map(
            object ->
                new ImageComparison(
                    store,
                    object,
                    map.geometry().clusterSize(),
                    plan.partSize(),
                    plan.partBuffers()))
        .orElseGet(
            () ->
                new ImageUpload(
                    store,
                    destination.imageKey(),
                    metadata(),
                    plan.partSize(),
                    plan.partBuffers(),
                    resumes,
                    PartSize.LARGEST_OBJECT));
  }

  private Map<String, String> metadata() {
    return Map.of(ATTEMPT, destination.attempt());
  }

  /** Empty if another run's image became visible first. */
  private Optional<StoredImage> write(ClusterMap map, MemoryPlan plan, ImageSink image) {
    var geometry = map.geometry();
    try (var tables = Arena.ofShared();
        var side =
            new SideObject(
                store,
                destination.extentsKey(),
                metadata(),
                tables.allocate(plan.sideSize()).asByteBuffer())) {
      var content = new Fingerprint(geometry, destination.backingName());
      var writer =
          new Qcow2StreamWriter(
              geometry,
              destination.backingName(),
              image::write,
              new ExtentsWriter(
                  geometry,
                  bytes -> {
                    content.update(bytes);
                    side.write(bytes);
                  },
                  bytes -> tables.allocate(bytes).asByteBuffer()));
      var bytesRead = copy(map, plan, writer);
      source.checkUnchanged();
      var finished = writer.finish(content::bytes);
      return image
          .finish(finished.header())
          .map(etag -> stored(geometry, finished, etag, side, bytesRead, image.reusedBytes()));
    }
  }

  private static StoredImage stored(
      Geometry geometry,
      Qcow2StreamWriter.Finished finished,
      String etag,
      SideObject side,
      long bytesRead,
      long reusedBytes) {
    var inline = side.inline(INLINE_LIMIT);
    return new StoredImage(
        geometry,
        finished.imageSize(),
        etag,
        finished.dataClusters() << geometry.clusterBits(),
        finished.zeroClusters() << geometry.clusterBits(),
        Fingerprint.hex(finished.fingerprint()),
        inline,
        inline.isPresent() ? Optional.empty() : Optional.of(side.store()),
        side.size(),
        side.crc32c(),
        bytesRead,
        reusedBytes);
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
}
