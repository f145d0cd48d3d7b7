// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.extents.ExtentsPage.Run;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

/**
 * A window's runs in eight bytes each: a chain keeps one window per image in memory, and every
 * cluster of a window may be a run.
 */
final class Runs extends AbstractList<Run> implements RandomAccess {
  private static final int STATUS_BITS = 2;
  private static final int STATUS_MASK = 3;

  private int[] ends;
  private int[] ranks;
  private int count;
  private int data;

  Runs() {
    this.ends = new int[8];
    this.ranks = new int[8];
  }

  private Runs(Runs runs) {
    this.ends = Arrays.copyOf(runs.ends, runs.count);
    this.ranks = Arrays.copyOf(runs.ranks, runs.count);
    this.count = runs.count;
    this.data = runs.data;
  }

  /** These runs in no more memory than they need. */
  Runs trimmed() {
    return new Runs(this);
  }

  /** Clusters covered so far. */
  int covered() {
    return count == 0 ? 0 : ends[count - 1] >>> STATUS_BITS;
  }

  int dataClusters() {
    return data;
  }

  /** Adds clusters at the end, joined with a run of the same status before them. */
  void add(int clusters, ClusterStatus status) {
    var end = ((covered() + clusters) << STATUS_BITS) | status.code();
    if (count > 0 && (ends[count - 1] & STATUS_MASK) == status.code()) {
      ends[count - 1] = end;
    } else {
      makeRoom();
      ranks[count] = data;
      ends[count++] = end;
    }
    data += status == ClusterStatus.DATA ? clusters : 0;
  }

  private void makeRoom() {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, count * 2);
      ranks = Arrays.copyOf(ranks, count * 2);
    }
  }

  @Override
  public Run get(int index) {
    var first = index == 0 ? 0 : ends[index - 1] >>> STATUS_BITS;
    var status = ClusterStatus.ofCode(ends[index] & STATUS_MASK);
    return new Run(first, (ends[index] >>> STATUS_BITS) - first, status, ranks[index]);
  }

  @Override
  public int size() {
    return count;
  }
}
