// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import io.virtmover.image.ClusterMap;
import io.virtmover.image.ClusterStatus;
import io.virtmover.image.Geometry;
import io.virtmover.image.extents.ExtentsSize;
import io.virtmover.image.qcow2.Qcow2Layout;

/**
 * The memory that one disk's backup takes at least: what it knows of the disk, two parts of the
 * upload, one read.
 *
 * @param map which clusters there are
 * @param directory of the {@code .extents} object
 * @param side the part of the {@code .extents} object that is being filled
 * @param largestImage upper bound of the image in bytes, from which {@link #partSize} follows
 */
public record DiskNeed(long map, long directory, long side, long largestImage) {
  /** Bytes per read of the source. */
  public static final long READ = 2L << 20;

  /** The cluster size that images are written with unless their source has a smaller one. */
  public static final int USUAL_CLUSTER_BITS = 16;

  private static final long SMALL_SIDE = 64 << 10;

  /** The bound for a disk of which only the size is known. */
  public static DiskNeed ofSize(long virtualSize) {
    return ofSize(virtualSize, virtualSize);
  }

  /** The bound for a disk that is cut into clusters of this size. */
  public static DiskNeed ofSize(Geometry geometry) {
    return ofClusters(geometry, geometry.clusters());
  }

  /**
   * The bound for a disk whose backup holds no more than {@code dataBytes}, in clusters of the
   * usual size.
   */
  public static DiskNeed ofSize(long virtualSize, long dataBytes) {
    var geometry = new Geometry(virtualSize, USUAL_CLUSTER_BITS);
    var dataClusters =
        Math.min(
            geometry.clusters(), (dataBytes + geometry.clusterSize() - 1) >> USUAL_CLUSTER_BITS);
    return ofClusters(geometry, dataClusters);
  }

  private static DiskNeed ofClusters(Geometry geometry, long dataClusters) {
    return of(
        ClusterMap.largestMemory(geometry),
        ExtentsSize.of(geometry, dataClusters),
        Math.min(PartSize.LARGEST_OBJECT, Qcow2Layout.largestSize(geometry, dataClusters)));
  }

  /** What a disk takes whose map is known. */
  public static DiskNeed ofMap(ClusterMap map) {
    var dataClusters = map.count(ClusterStatus.DATA);
    return of(
        map.memory(), ExtentsSize.of(map), Qcow2Layout.largestSize(map.geometry(), dataClusters));
  }

  private static DiskNeed of(long map, ExtentsSize extents, long largestImage) {
    var side = Math.max(SMALL_SIDE, Math.min(PartSize.SMALLEST, extents.object()));
    return new DiskNeed(map, extents.directory(), side, largestImage);
  }

  /** What the disk's description takes, whatever is moved. */
  public long tables() {
    return map + directory + side;
  }

  /** Bytes in a part of the upload, at least. */
  public long partSize() {
    return PartSize.of(largestImage);
  }

  /** Two parts and one read. */
  public long buffers() {
    return 2 * partSize() + READ;
  }

  public long bytes() {
    return tables() + buffers();
  }
}
