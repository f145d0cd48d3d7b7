// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;

/**
 * The size of a disk and how it is cut into clusters.
 *
 * @param virtualSize bytes the guest sees; any number, the last cluster may be cut short
 * @param clusterBits log2 of the cluster size, 9 (512 bytes) to 21 (2 MiB)
 */
public record Geometry(long virtualSize, int clusterBits) {
  public static final int MIN_CLUSTER_BITS = 9;
  public static final int MAX_CLUSTER_BITS = 21;

  /** Largest virtual size handled: 64 TiB, far above what an object can hold. */
  public static final long MAX_VIRTUAL_SIZE = 1L << 46;

  public Geometry {
    if (!isClusterSize(clusterBits)) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "A cluster size of 2^%d bytes is not possible; 2^%d to 2^%d are."
              .formatted(clusterBits, MIN_CLUSTER_BITS, MAX_CLUSTER_BITS));
    }
    if (!isPossible(virtualSize, clusterBits)) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "A disk of %d bytes is not possible; 0 to %d are."
              .formatted(virtualSize, MAX_VIRTUAL_SIZE));
    }
  }

  /** Whether 2 to the power of {@code clusterBits} is the size of a cluster. */
  public static boolean isClusterSize(int clusterBits) {
    return MIN_CLUSTER_BITS <= clusterBits && clusterBits <= MAX_CLUSTER_BITS;
  }

  /** Whether there can be such a disk; to be asked of numbers that come from outside. */
  public static boolean isPossible(long virtualSize, int clusterBits) {
    return isClusterSize(clusterBits) && 0 <= virtualSize && virtualSize <= MAX_VIRTUAL_SIZE;
  }

  public int clusterSize() {
    return 1 << clusterBits;
  }

  /** Number of clusters, a cut one at the end included. */
  public long clusters() {
    return (virtualSize + clusterSize() - 1) >> clusterBits;
  }

  public long offsetOf(long cluster) {
    return cluster << clusterBits;
  }

  /** Guest bytes in a cluster: the cluster size, less in a cut last cluster. */
  public int bytesIn(long cluster) {
    return (int) Math.min(clusterSize(), virtualSize - offsetOf(cluster));
  }

  /** Clusters that one qcow2 L2 table, and so one window of an {@code .extents} object, covers. */
  public int windowClusters() {
    return clusterSize() / Long.BYTES;
  }

  public long windows() {
    return (clusters() + windowClusters() - 1) / windowClusters();
  }

  /** Clusters in a window: {@link #windowClusters}, fewer in the last one. */
  public int clustersInWindow(long window) {
    return (int) Math.min(windowClusters(), clusters() - window * windowClusters());
  }
}
