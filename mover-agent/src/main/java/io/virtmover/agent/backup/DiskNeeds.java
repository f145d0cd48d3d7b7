// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.ExtentsSize;
import io.virtmover.agent.image.qcow2.Qcow2Layout;
import io.virtmover.transfer.DiskNeed;
import io.virtmover.transfer.PartSize;

/** What a disk's backup takes, by the formats themselves. */
final class DiskNeeds {
  private DiskNeeds() {}

  /** The bound for a disk that is cut into clusters of this size. */
  static DiskNeed ofSize(Geometry geometry) {
    return of(
        geometry,
        ClusterMap.largestMemory(geometry),
        ExtentsSize.of(geometry),
        geometry.clusters());
  }

  /** What a disk takes whose map is known. */
  static DiskNeed ofMap(ClusterMap map) {
    return of(map.geometry(), map.memory(), ExtentsSize.of(map), map.count(ClusterStatus.DATA));
  }

  /**
   * Most of what a map calls data can turn out to be zeros, so more than an object holds may do.
   */
  private static DiskNeed of(Geometry geometry, long map, ExtentsSize extents, long dataClusters) {
    var largest = Qcow2Layout.largestSize(geometry, dataClusters);
    return DiskNeed.of(
        map, extents.directory(), extents.object(), Math.min(PartSize.LARGEST_OBJECT, largest));
  }
}
