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
    var clusters = geometry.clusters();
    return of(
        ClusterMap.largestMemory(geometry),
        ExtentsSize.of(geometry),
        Math.min(PartSize.LARGEST_OBJECT, Qcow2Layout.largestSize(geometry, clusters)));
  }

  /** What a disk takes whose map is known. */
  static DiskNeed ofMap(ClusterMap map) {
    return of(
        map.memory(),
        ExtentsSize.of(map),
        Qcow2Layout.largestSize(map.geometry(), map.count(ClusterStatus.DATA)));
  }

  private static DiskNeed of(long map, ExtentsSize extents, long largestImage) {
    return DiskNeed.of(map, extents.directory(), extents.object(), largestImage);
  }
}
