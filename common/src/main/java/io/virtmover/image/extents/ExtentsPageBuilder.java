// SPDX-License-Identifier: Apache-2.0
package io.virtmover.image.extents;

import io.virtmover.image.ClusterStatus;
import io.virtmover.image.Geometry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects a window's clusters in guest order; what is not mentioned is hole. */
public final class ExtentsPageBuilder {
  private final Geometry geometry;
  private final long window;
  private final long objectOffset;
  private final List<ExtentsPage.Run> runs = new ArrayList<>();
  private int[] checksums = new int[64];
  private int covered;
  private int data;

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
    add(clusterInWindow, 1, ClusterStatus.DATA);
    if (data == checksums.length) {
      checksums = Arrays.copyOf(checksums, data * 2);
    }
    checksums[data++] = checksum;
  }

  /** Whether nothing has been added: such a window has no page and no L2 table. */
  public boolean isEmpty() {
    return runs.isEmpty();
  }

  public int dataClusters() {
    return data;
  }

  /** The runs so far, the rest of the window as hole. */
  public List<ExtentsPage.Run> runs() {
    var all = new ArrayList<>(runs);
    var rest = geometry.clustersInWindow(window) - covered;
    if (rest > 0) {
      all.add(new ExtentsPage.Run(covered, rest, ClusterStatus.HOLE, data));
    }
    return all;
  }

  public ExtentsPage build(int l2Checksum) {
    return new ExtentsPage(
        window, objectOffset, runs(), l2Checksum, Arrays.copyOf(checksums, data));
  }

  private void add(int first, int clusters, ClusterStatus status) {
    if (first > covered) {
      runs.add(new ExtentsPage.Run(covered, first - covered, ClusterStatus.HOLE, data));
      covered = first;
    }
    var last = runs.isEmpty() ? null : runs.getLast();
    if (last != null && last.status() == status) {
      runs.set(
          runs.size() - 1,
          new ExtentsPage.Run(
              last.firstCluster(), last.clusters() + clusters, status, last.dataRank()));
    } else {
      runs.add(new ExtentsPage.Run(first, clusters, status, data));
    }
    covered += clusters;
  }
}
