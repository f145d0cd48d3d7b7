// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import java.util.Arrays;
import java.util.List;

/** Collects a window's clusters in guest order; what is not mentioned is hole. */
public final class ExtentsPageBuilder {
  private final Geometry geometry;
  private final long window;
  private final long objectOffset;
  private final Runs runs = new Runs();
  private int[] checksums = new int[64];

  public ExtentsPageBuilder(Geometry geometry, long window, long objectOffset) {
    this.geometry = geometry;
    this.window = window;
    this.objectOffset = objectOffset;
  }

  public long window() {
    return window;
  }

  /** Adds clusters that read as zeros. */
  public void addZero(int clusterInWindow, int clusters) {
    add(clusterInWindow, clusters, ClusterStatus.ZERO);
  }

  /** Adds a stored cluster with its CRC32C. */
  public void addData(int clusterInWindow, int checksum) {
    var rank = runs.dataClusters();
    add(clusterInWindow, 1, ClusterStatus.DATA);
    if (rank == checksums.length) {
      checksums = Arrays.copyOf(checksums, rank * 2);
    }
    checksums[rank] = checksum;
  }

  /** Whether nothing has been added: such a window has no page and no L2 table. */
  public boolean isEmpty() {
    return runs.isEmpty();
  }

  public int dataClusters() {
    return runs.dataClusters();
  }

  /** The runs so far. */
  public List<ExtentsPage.Run> runs() {
    return runs;
  }

  /** The page; nothing can be added to it any more. */
  public ExtentsPage build(int l2Checksum) {
    addHoleUpTo(geometry.clustersInWindow(window));
    return new ExtentsPage(
        window, objectOffset, runs, l2Checksum, Arrays.copyOf(checksums, runs.dataClusters()));
  }

  private void add(int first, int clusters, ClusterStatus status) {
    addHoleUpTo(first);
    runs.add(clusters, status);
  }

  private void addHoleUpTo(int cluster) {
    if (cluster > runs.covered()) {
      runs.add(cluster - runs.covered(), ClusterStatus.HOLE);
    }
  }
}
