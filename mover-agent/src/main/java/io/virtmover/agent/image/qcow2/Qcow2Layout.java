// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.ExtentsPage;
import io.virtmover.agent.image.extents.L2Offsets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/**
 * The qcow2 v3 layout that can be written as a stream:
 *
 * <pre>
 *   header | window: data clusters, L2 table | window ... | refcount blocks | refcount table | L1
 * </pre>
 *
 * Every cluster of the file is used exactly once, so all refcounts are 1. The header alone depends
 * on what follows it; it is the first cluster of the first part, which is uploaded last. The L1
 * table ends the file without padding, as QEMU's own images do.
 */
public final class Qcow2Layout {
  private static final int VERSION = 3;
  private static final int REFCOUNT_ORDER = 4;
  private static final int REFCOUNT_BYTES = 2;

  private final Geometry geometry;
  private final long refcountBlocks;
  private final long refcountTableClusters;
  private final long bodyClusters;

  /**
   * @param bodyClusters clusters before the tail: header, data and L2 tables
   */
  public Qcow2Layout(Geometry geometry, long bodyClusters) {
    this.geometry = geometry;
    this.bodyClusters = bodyClusters;
    var blocks = 1L;
    var tableClusters = 1L;
    while (true) {
      var total = bodyClusters + blocks + tableClusters + l1Clusters(geometry);
      var neededBlocks = ceilDiv(total, geometry.clusterSize() / REFCOUNT_BYTES);
      var neededTable = ceilDiv(neededBlocks * Long.BYTES, geometry.clusterSize());
      if (neededBlocks == blocks && neededTable == tableClusters) {
        break;
      }
      blocks = neededBlocks;
      tableClusters = neededTable;
    }
    this.refcountBlocks = blocks;
    this.refcountTableClusters = tableClusters;
  }

  /** Largest image that a map can lead to, in bytes: all its data clusters stored. */
  public static long largestSize(Geometry geometry, long dataClusters) {
    var body = 1 + dataClusters + geometry.windows();
    return new Qcow2Layout(geometry, body).imageSize();
  }

  /** Size of the finished image in bytes. */
  public long imageSize() {
    return l1Offset() + geometry.windows() * Long.BYTES;
  }

  /** Where refcounts and the L1 table begin. */
  public long tailOffset() {
    return geometry.offsetOf(bodyClusters);
  }

  private long refcountTableOffset() {
    return geometry.offsetOf(bodyClusters + refcountBlocks);
  }

  private long l1Offset() {
    return geometry.offsetOf(bodyClusters + refcountBlocks + refcountTableClusters);
  }

  private static long l1Clusters(Geometry geometry) {
    return ceilDiv(geometry.windows() * Long.BYTES, geometry.clusterSize());
  }

  /**
   * The first cluster.
   *
   * @param backingName what an increment names as its backing file; empty for a full
   */
  public ByteBuffer header(Optional<String> backingName) {
    return new Qcow2Header(
            VERSION,
            geometry,
            Compression.ZLIB,
            backingName,
            (int) geometry.windows(),
            l1Offset(),
            refcountTableOffset(),
            (int) refcountTableClusters,
            REFCOUNT_ORDER)
        .encode();
  }

  /** The L2 table of a window whose data begins at {@code objectOffset}. */
  public static ByteBuffer l2Table(
      Geometry geometry, long objectOffset, List<ExtentsPage.Run> runs) {
    var bytes = ByteBuffer.allocate(geometry.clusterSize()).order(ByteOrder.BIG_ENDIAN);
    for (var run : runs) {
      if (run.status() == ClusterStatus.HOLE) {
        continue;
      }
      for (var i = 0; i < run.clusters(); i++) {
        var entry =
            run.status() == ClusterStatus.ZERO
                ? L2Entry.zero()
                : L2Entry.data(objectOffset + geometry.offsetOf(run.dataRank() + i));
        bytes.putLong((run.firstCluster() + i) * Long.BYTES, entry.raw());
      }
    }
    return bytes;
  }

  /** Emits everything from {@link #tailOffset} to the end, a cluster at a time. */
  public void writeTail(L2Offsets l2Offsets, Consumer<ByteBuffer> sink) {
    writeRefcountBlocks(sink);
    writeTable(
        refcountTableClusters * geometry.clusterSize() / Long.BYTES,
        i -> i < refcountBlocks ? geometry.offsetOf(bodyClusters + i) : 0,
        sink);
    writeTable(geometry.windows(), window -> L1Entry.to(l2Offsets.of(window)).raw(), sink);
  }

  private void writeRefcountBlocks(Consumer<ByteBuffer> sink) {
    var perBlock = geometry.clusterSize() / REFCOUNT_BYTES;
    var left = ceilDiv(imageSize(), geometry.clusterSize());
    for (var block = 0L; block < refcountBlocks; block++) {
      var bytes = ByteBuffer.allocate(geometry.clusterSize()).order(ByteOrder.BIG_ENDIAN);
      for (var i = 0; i < Math.min(perBlock, left); i++) {
        bytes.putShort((short) 1);
      }
      left -= perBlock;
      sink.accept(bytes.clear());
    }
  }

  private void writeTable(long entries, LongUnaryOperator entry, Consumer<ByteBuffer> sink) {
    var perCluster = geometry.clusterSize() / Long.BYTES;
    for (var first = 0L; first < entries; first += perCluster) {
      var count = (int) Math.min(perCluster, entries - first);
      var bytes = ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.BIG_ENDIAN);
      for (var i = 0; i < count; i++) {
        bytes.putLong(entry.applyAsLong(first + i));
      }
      sink.accept(bytes.flip());
    }
  }

  private static long ceilDiv(long dividend, long divisor) {
    return (dividend + divisor - 1) / divisor;
  }
}
