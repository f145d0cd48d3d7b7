// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * The status of every cluster of a disk, told once in order and visited as often as needed. What
 * neighbours share costs next to nothing, the worst pattern two bits per cluster: 8 TiB of 64 KiB
 * clusters take 100 KiB with a change every 512 MiB and 32 MiB with a change in every other
 * cluster, all of it outside the heap. Not thread-safe.
 *
 * <pre>
 *   block:   varint (count &lt;&lt; 2 | form)
 *   uniform: count pages of one status, which follows in a byte
 *   runs:    count runs of one page: varint (clusters &lt;&lt; 2 | status)
 *   dense:   one page in two bits per cluster
 * </pre>
 */
public final class ClusterMap {
  /** Receives neighbouring clusters of one status. */
  @FunctionalInterface
  public interface RunVisitor {
    void run(long firstCluster, long clusters, ClusterStatus status);
  }

  private static final int PAGE_CLUSTERS = 1 << 13;
  private static final int DENSE_BYTES = PAGE_CLUSTERS / 4;
  private static final int STATUS_BITS = 2;
  private static final int STATUS_MASK = 3;
  private static final int UNIFORM = 0;
  private static final int RUNS = 1;
  private static final int DENSE = 2;

  private final Geometry geometry;
  private final GrowingBytes blocks;
  private final int leftOut;
  private int[] runs = new int[16];
  private int runCount;
  private int pageClusters;
  private long told;
  private long uniformPages;
  private int uniformCode;
  private boolean complete;

  /** An empty map in memory of its own. */
  public ClusterMap(Geometry geometry) {
    this(geometry, ByteBuffer::allocateDirect);
  }

  /** An empty map in somebody's memory. */
  public ClusterMap(Geometry geometry, GrowingBytes.Chunks memory) {
    this(geometry, memory, ClusterStatus.HOLE);
  }

  /**
   * An empty map in somebody's memory.
   *
   * @param leftOut what a cluster is that is told to be a hole, or not told at all: an image that
   *     holds a whole disk has zeros there, whatever lies below it
   */
  public ClusterMap(Geometry geometry, GrowingBytes.Chunks memory, ClusterStatus leftOut) {
    this.geometry = geometry;
    this.blocks = new GrowingBytes(memory);
    this.leftOut = leftOut.code();
  }

  /** The most memory that a map of a disk can take. */
  public static long largestMemory(Geometry geometry) {
    var pages = (geometry.clusters() + PAGE_CLUSTERS - 1) / PAGE_CLUSTERS;
    return GrowingBytes.memory(pages * (1 + DENSE_BYTES));
  }

  public Geometry geometry() {
    return geometry;
  }

  /** Gives one cluster a status; see {@link #set(long, long, ClusterStatus)}. */
  public void set(long cluster, ClusterStatus status) {
    set(cluster, 1, status);
  }

  /**
   * Gives {@code clusters} clusters from {@code first} on one status. Clusters are told in
   * ascending order; what is left out is hole, unless the map was made otherwise.
   */
  public void set(long first, long clusters, ClusterStatus status) {
    Objects.checkFromIndexSize(first, clusters, geometry.clusters());
    if (first < told || complete) {
      throw new IllegalStateException(
          "cluster %d comes after %d".formatted(first, complete ? geometry.clusters() : told));
    }
    append(first - told, leftOut);
    append(clusters, status == ClusterStatus.HOLE ? leftOut : status.code());
  }

  /** Memory taken so far. */
  public long memory() {
    return GrowingBytes.memory(blocks.size());
  }

  /** The status of one cluster; walks the map, so it is not for asking in a loop over a disk. */
  public ClusterStatus get(long cluster) {
    Objects.checkIndex(cluster, geometry.clusters());
    var found = new ClusterStatus[] {ClusterStatus.HOLE};
    forEachRun(
        (first, clusters, status) -> {
          if (first <= cluster && cluster < first + clusters) {
            found[0] = status;
          }
        });
    return found[0];
  }

  /** Visits the whole disk as maximal runs, in order; nothing more can be told then. */
  public void forEachRun(RunVisitor visitor) {
    complete();
    new Walk(visitor).run();
  }

  /** How many clusters have a status. */
  public long count(ClusterStatus status) {
    var total = new long[1];
    forEachRun(
        (_, clusters, runStatus) -> {
          if (runStatus == status) {
            total[0] += clusters;
          }
        });
    return total[0];
  }

  private void complete() {
    if (!complete) {
      append(geometry.clusters() - told, leftOut);
      closePage();
      flushUniform();
      complete = true;
      runs = new int[0];
    }
  }

  private void append(long clusters, int code) {
    for (var left = clusters; left > 0; ) {
      var count = (int) Math.min(left, PAGE_CLUSTERS - pageClusters);
      if (pageClusters == 0 && left >= PAGE_CLUSTERS) {
        addUniform(left / PAGE_CLUSTERS, code);
        told += left / PAGE_CLUSTERS * PAGE_CLUSTERS;
        left %= PAGE_CLUSTERS;
        continue;
      }
      addRun(count, code);
      told += count;
      left -= count;
      if (pageClusters == PAGE_CLUSTERS) {
        closePage();
      }
    }
  }

  private void addRun(int clusters, int code) {
    pageClusters += clusters;
    if (runCount > 0 && (runs[runCount - 1] & STATUS_MASK) == code) {
      runs[runCount - 1] += clusters << STATUS_BITS;
      return;
    }
    if (runCount == runs.length) {
      runs = Arrays.copyOf(runs, runCount * 2);
    }
    runs[runCount++] = clusters << STATUS_BITS | code;
  }

  private void addUniform(long pages, int code) {
    if (uniformPages > 0 && uniformCode != code) {
      flushUniform();
    }
    uniformCode = code;
    uniformPages += pages;
  }

  private void flushUniform() {
    if (uniformPages > 0) {
      putVarint(uniformPages << STATUS_BITS | UNIFORM);
      blocks.put(uniformCode);
      uniformPages = 0;
    }
  }

  private void closePage() {
    if (runCount == 1) {
      addUniform(1, runs[0] & STATUS_MASK);
    } else if (runCount > 1) {
      flushUniform();
      if (encodedLength() < DENSE_BYTES) {
        putVarint((long) runCount << STATUS_BITS | RUNS);
        for (var i = 0; i < runCount; i++) {
          putVarint(runs[i]);
        }
      } else {
        putVarint(DENSE);
        putDense();
      }
    }
    runCount = 0;
    pageClusters = 0;
  }

  private int encodedLength() {
    var length = varintLength(runCount << STATUS_BITS);
    for (var i = 0; i < runCount; i++) {
      length += varintLength(runs[i]);
    }
    return length;
  }

  private void putDense() {
    var bits = new byte[DENSE_BYTES];
    var cluster = 0;
    for (var i = 0; i < runCount; i++) {
      for (var end = cluster + (runs[i] >>> STATUS_BITS); cluster < end; cluster++) {
        bits[cluster / 4] |= (byte) ((runs[i] & STATUS_MASK) << (cluster % 4 * STATUS_BITS));
      }
    }
    for (var b : bits) {
      blocks.put(b);
    }
  }

  private void putVarint(long value) {
    var rest = value;
    while ((rest & ~0x7fL) != 0) {
      blocks.put((int) (rest | 0x80));
      rest >>>= 7;
    }
    blocks.put((int) rest);
  }

  private static int varintLength(int value) {
    return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 6) / 7);
  }

  /** One pass over the blocks, which joins runs that go on in the next block. */
  private final class Walk {
    private final RunVisitor visitor;
    private long at;
    private long cluster;
    private long runStart;
    private int runCode = -1;

    Walk(RunVisitor visitor) {
      this.visitor = visitor;
    }

    void run() {
      while (at < blocks.size()) {
        var head = varint();
        var count = head >>> STATUS_BITS;
        switch ((int) head & STATUS_MASK) {
          case UNIFORM -> take(count * PAGE_CLUSTERS, blocks.get(at++));
          case RUNS -> runs(count);
          default -> dense();
        }
      }
      handOn();
    }

    private void runs(long count) {
      for (var i = 0L; i < count; i++) {
        var run = varint();
        take(run >>> STATUS_BITS, (int) run & STATUS_MASK);
      }
    }

    private void dense() {
      var clusters = Math.min(PAGE_CLUSTERS, geometry.clusters() - cluster);
      for (var i = 0; i < clusters; i++) {
        take(1, (blocks.get(at + i / 4) >>> (i % 4 * STATUS_BITS)) & STATUS_MASK);
      }
      at += DENSE_BYTES;
    }

    private void take(long clusters, int code) {
      if (code != runCode) {
        handOn();
        runStart = cluster;
        runCode = code;
      }
      cluster = Math.min(cluster + clusters, geometry.clusters());
    }

    private void handOn() {
      if (cluster > runStart) {
        visitor.run(runStart, cluster - runStart, ClusterStatus.ofCode(runCode));
      }
    }

    private long varint() {
      var value = 0L;
      for (var shift = 0; ; shift += 7) {
        var part = blocks.get(at++);
        value |= (long) (part & 0x7f) << shift;
        if (part >= 0) {
          return value;
        }
      }
    }
  }
}
