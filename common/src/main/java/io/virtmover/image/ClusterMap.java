// SPDX-License-Identifier: Apache-2.0
package io.virtmover.image;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The status of every cluster of a disk, in two bits each, and less where neighbours agree: 8 TiB
 * of 64 KiB clusters take 32 MiB at worst and a few hundred KiB when changes are local. Not
 * thread-safe.
 */
public final class ClusterMap {
  /** Receives neighbouring clusters of one status. */
  @FunctionalInterface
  public interface RunVisitor {
    void run(long firstCluster, long clusters, ClusterStatus status);
  }

  private static final int PAGE_BITS = 13;
  private static final int PAGE_CLUSTERS = 1 << PAGE_BITS;
  private static final int CLUSTERS_PER_WORD = Long.SIZE / 2;
  private static final int PAGE_WORDS = PAGE_CLUSTERS / CLUSTERS_PER_WORD;

  private final Geometry geometry;
  private final byte[] uniform;
  private final long[] @Nullable [] mixed;

  /** A map of a disk that is all hole. */
  public ClusterMap(Geometry geometry) {
    this.geometry = geometry;
    var pages = Math.toIntExact((geometry.clusters() + PAGE_CLUSTERS - 1) >> PAGE_BITS);
    this.uniform = new byte[pages];
    this.mixed = new long[pages] @Nullable [];
  }

  public Geometry geometry() {
    return geometry;
  }

  public ClusterStatus get(long cluster) {
    Objects.checkIndex(cluster, geometry.clusters());
    var words = mixed[page(cluster)];
    return ClusterStatus.ofCode(words == null ? uniform[page(cluster)] : codeIn(words, cluster));
  }

  public void set(long cluster, ClusterStatus status) {
    set(cluster, 1, status);
  }

  /** Gives {@code clusters} clusters from {@code first} on one status. */
  public void set(long first, long clusters, ClusterStatus status) {
    Objects.checkFromIndexSize(first, clusters, geometry.clusters());
    for (var at = first; at < first + clusters; ) {
      var pageEnd = Math.min(((at >> PAGE_BITS) + 1) << PAGE_BITS, geometry.clusters());
      var end = Math.min(pageEnd, first + clusters);
      if (at == (at >> PAGE_BITS) << PAGE_BITS && end == pageEnd) {
        uniform[page(at)] = (byte) status.code();
        mixed[page(at)] = null;
      } else {
        setInPage(at, end, status);
      }
      at = end;
    }
  }

  /** Visits {@code [first, first + clusters)} as maximal runs of one status, in order. */
  public void forEachRun(long first, long clusters, RunVisitor visitor) {
    Objects.checkFromIndexSize(first, clusters, geometry.clusters());
    var end = first + clusters;
    for (var at = first; at < end; ) {
      var status = get(at);
      var runEnd = endOfRun(at, end, status);
      visitor.run(at, runEnd - at, status);
      at = runEnd;
    }
  }

  /** Visits the whole disk as maximal runs. */
  public void forEachRun(RunVisitor visitor) {
    forEachRun(0, geometry.clusters(), visitor);
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

  private long endOfRun(long from, long end, ClusterStatus status) {
    var at = from;
    while (at < end) {
      var words = mixed[page(at)];
      if (words == null) {
        if (uniform[page(at)] != status.code()) {
          return at;
        }
        at = Math.min(end, ((at >> PAGE_BITS) + 1) << PAGE_BITS);
      } else if (codeIn(words, at) == status.code()) {
        at++;
      } else {
        return at;
      }
    }
    return end;
  }

  private void setInPage(long from, long to, ClusterStatus status) {
    var words = mixed[page(from)];
    if (words == null) {
      if (uniform[page(from)] == status.code()) {
        return;
      }
      words = new long[PAGE_WORDS];
      Arrays.fill(words, repeated(uniform[page(from)]));
      mixed[page(from)] = words;
    }
    for (var at = from; at < to; at++) {
      var shift = shift(at);
      words[word(at)] = (words[word(at)] & ~(3L << shift)) | ((long) status.code() << shift);
    }
  }

  private static long repeated(int code) {
    return code * 0x5555_5555_5555_5555L;
  }

  private static int codeIn(long[] words, long cluster) {
    return (int) (words[word(cluster)] >>> shift(cluster)) & 3;
  }

  private static int page(long cluster) {
    return (int) (cluster >> PAGE_BITS);
  }

  private static int word(long cluster) {
    return (int) (cluster & (PAGE_CLUSTERS - 1)) / CLUSTERS_PER_WORD;
  }

  private static int shift(long cluster) {
    return (int) (cluster % CLUSTERS_PER_WORD) * 2;
  }
}
