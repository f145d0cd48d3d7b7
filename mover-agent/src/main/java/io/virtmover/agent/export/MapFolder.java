// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;

/**
 * Folds extents of any alignment into clusters. A cluster is a hole if none of it changed, zero if
 * some of it changed and all of it reads as zeros, data otherwise.
 */
final class MapFolder {
  private final ClusterMap map;
  private final Geometry geometry;
  private final ClusterStatus ofZeros;
  private long partial = -1;
  private boolean partialChanged;
  private boolean partialZero;

  MapFolder(ClusterMap map, boolean incremental) {
    this.map = map;
    this.geometry = map.geometry();
    this.ofZeros = incremental ? ClusterStatus.ZERO : ClusterStatus.HOLE;
  }

  /** Takes the next extent; extents come in order and without a gap. */
  void add(long offset, long length, ExtentFlags flags) {
    var at = offset;
    var end = offset + length;
    while (at < end) {
      var cluster = at >> geometry.clusterBits();
      var clusterStart = geometry.offsetOf(cluster);
      var wholeEnd =
          end == geometry.virtualSize() ? geometry.clusters() : end >> geometry.clusterBits();
      if (at == clusterStart && wholeEnd > cluster) {
        finish();
        map.set(cluster, wholeEnd - cluster, status(flags.changed(), flags.zero()));
        at = Math.min(end, geometry.offsetOf(wholeEnd));
      } else {
        addPartial(cluster, flags);
        at = Math.min(end, clusterStart + geometry.clusterSize());
      }
    }
  }

  /** Settles a cluster that several extents share. */
  void finish() {
    if (partial >= 0) {
      map.set(partial, status(partialChanged, partialZero));
      partial = -1;
    }
  }

  private void addPartial(long cluster, ExtentFlags flags) {
    if (cluster != partial) {
      finish();
      partial = cluster;
      partialChanged = false;
      partialZero = true;
    }
    partialChanged |= flags.changed();
    partialZero &= flags.zero();
  }

  private ClusterStatus status(boolean changed, boolean zero) {
    if (!changed) {
      return ClusterStatus.HOLE;
    }
    return zero ? ofZeros : ClusterStatus.DATA;
  }
}
