// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.GrowingBytes;

/**
 * How large an {@code .extents} object can become at most; zeros found while the data is read may
 * split its runs, so the exact size is known at the end.
 *
 * @param directory memory that the directory takes while it grows
 * @param object bytes of the object
 */
public record ExtentsSize(long directory, long object) {
  /** A data cluster's checksum and its share of the runs. */
  private static final int CLUSTER_BYTES = Integer.BYTES + 1;

  /** A run in a window and the hole before it. */
  private static final int RUN_BYTES = 2 * ExtentsFormat.VARINT_LENGTH;

  private static final int WINDOW_BYTES = Integer.BYTES + RUN_BYTES;

  /** The bound that follows from a map. */
  public static ExtentsSize of(ClusterMap map) {
    var size = new long[3]; // windows, runs, data clusters
    var last = new long[] {-1};
    var perWindow = map.geometry().windowClusters();
    map.forEachRun(
        (first, clusters, status) -> {
          if (status == ClusterStatus.HOLE) {
            return;
          }
          var from = first / perWindow;
          var to = (first + clusters - 1) / perWindow;
          size[0] += to - from + (from > last[0] ? 1 : 0);
          size[1] += to - from + 1;
          size[2] += status == ClusterStatus.DATA ? clusters : 0;
          last[0] = to;
        });
    return of(size[0], size[1], size[2]);
  }

  /** The bound for a disk of which nothing is known. */
  public static ExtentsSize of(Geometry geometry) {
    return of(geometry.windows(), geometry.clusters(), geometry.clusters());
  }

  private static ExtentsSize of(long windows, long runs, long dataClusters) {
    return new ExtentsSize(
        GrowingBytes.memory(windows * ExtentsFormat.ENTRY_LENGTH),
        ExtentsFormat.HEAD_LENGTH
            + windows * (ExtentsFormat.ENTRY_LENGTH + WINDOW_BYTES)
            + runs * RUN_BYTES
            + dataClusters * CLUSTER_BYTES
            + ExtentsFormat.FOOTER_LENGTH);
  }
}
