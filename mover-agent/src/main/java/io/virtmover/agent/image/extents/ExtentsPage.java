// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static io.virtmover.agent.image.extents.ExtentsFormat.damaged;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * One window of an image: the clusters that one L2 table maps. Its data clusters lie one after
 * another in the object, in guest order, and the L2 table follows them.
 *
 * <pre>
 *   runs:  varint (clusters &lt;&lt; 2 | status), until the window is covered
 *   u32    CRC32C of the L2 table's cluster
 *   u32[]  CRC32C of each data cluster, in order
 * </pre>
 */
public final class ExtentsPage {
  /** Neighbouring clusters of one status; {@code dataRank} counts the window's data before it. */
  public record Run(int firstCluster, int clusters, ClusterStatus status, int dataRank) {}

  private static final int STATUS_BITS = 2;
  private static final int STATUS_MASK = 3;

  private final long window;
  private final long objectOffset;
  private final Runs runs;
  private final int l2Checksum;
  private final int[] checksums;

  ExtentsPage(long window, long objectOffset, Runs runs, int l2Checksum, int[] checksums) {
    this.window = window;
    this.objectOffset = objectOffset;
    this.runs = runs.trimmed();
    this.l2Checksum = l2Checksum;
    this.checksums = checksums;
  }

  public long window() {
    return window;
  }

  /** Object offset of the window's first data cluster. */
  public long objectOffset() {
    return objectOffset;
  }

  /** The whole window, in order, holes included. */
  public List<Run> runs() {
    return runs;
  }

  public int dataClusters() {
    return checksums.length;
  }

  /** CRC32C of the data cluster with this rank in the window. */
  public int checksum(int dataRank) {
    return checksums[dataRank];
  }

  /** CRC32C of the L2 table's cluster. */
  public int l2Checksum() {
    return l2Checksum;
  }

  ByteBuffer encode() {
    var bytes =
        ByteBuffer.allocate(
                runs.size() * ExtentsFormat.VARINT_LENGTH + (1 + checksums.length) * Integer.BYTES)
            .order(ByteOrder.BIG_ENDIAN);
    runs.forEach(run -> putVarint(bytes, (run.clusters << STATUS_BITS) | run.status.code()));
    bytes.putInt(l2Checksum);
    for (var checksum : checksums) {
      bytes.putInt(checksum);
    }
    return bytes.flip();
  }

  static ExtentsPage decode(
      String name, Geometry geometry, long window, long objectOffset, ByteBuffer bytes) {
    var wanted = geometry.clustersInWindow(window);
    var runs = new Runs();
    while (runs.covered() < wanted) {
      var word = getVarint(name, bytes);
      var clusters = word >>> STATUS_BITS;
      if (clusters == 0 || clusters > wanted - runs.covered()) {
        throw damaged(name, "window %d has a run of %d clusters".formatted(window, clusters));
      }
      var code = word & STATUS_MASK;
      if (!ClusterStatus.isCode(code)) {
        throw damaged(name, "window %d has a run of status %d".formatted(window, code));
      }
      runs.add(clusters, ClusterStatus.ofCode(code));
    }
    var data = runs.dataClusters();
    if (bytes.remaining() != (1 + data) * Integer.BYTES) {
      throw damaged(name, "window %d has the wrong number of checksums".formatted(window));
    }
    var l2Checksum = bytes.getInt();
    var checksums = new int[data];
    for (var i = 0; i < data; i++) {
      checksums[i] = bytes.getInt();
    }
    return new ExtentsPage(window, objectOffset, runs, l2Checksum, checksums);
  }

  private static void putVarint(ByteBuffer bytes, int value) {
    var rest = value;
    while ((rest & ~0x7f) != 0) {
      bytes.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    bytes.put((byte) rest);
  }

  private static int getVarint(String name, ByteBuffer bytes) {
    var value = 0;
    for (var shift = 0; shift < Integer.SIZE && bytes.hasRemaining(); shift += 7) {
      var part = bytes.get();
      value |= (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw damaged(name, "a number is cut off");
  }
}
