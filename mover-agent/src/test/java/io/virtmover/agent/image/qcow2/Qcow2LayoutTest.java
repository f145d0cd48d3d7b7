// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.ExtentsPageBuilder;
import io.virtmover.agent.image.extents.ExtentsWriter;
import io.virtmover.agent.image.extents.WrittenSide;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** That QEMU finds nothing wrong with such images is for {@link Qcow2StreamWriterTest}. */
class Qcow2LayoutTest {
  /** Most of them near the border where one refcount block more is needed. */
  @Property(tries = 400)
  void theTail_countsEveryClusterOnce(
      @ForAll @IntRange(min = 9, max = 12) int clusterBits,
      @ForAll @IntRange(min = 0, max = 140) int fullBlocks,
      @ForAll @IntRange(min = 0, max = 160) int distance,
      @ForAll @LongRange(min = 1, max = 64 << 20) long virtualSize) {
    // given
    var geometry = new Geometry(virtualSize, clusterBits);
    var bodyClusters = Math.max(1L, fullBlocks * (geometry.clusterSize() / 2L) - distance);
    var layout = new Qcow2Layout(geometry, bodyClusters);

    // when
    var tail = tail(geometry, layout);

    // then
    var header = Qcow2Header.parse(layout.header(Optional.empty()), layout.imageSize());
    var size = layout.imageSize();
    assertThat(layout.tailOffset()).isEqualTo(geometry.offsetOf(bodyClusters));
    assertThat(layout.tailOffset() + tail.remaining()).isEqualTo(size);
    assertThat(header.l1Offset() + geometry.windows() * Long.BYTES).isEqualTo(size);
    var clusters = (size + geometry.clusterSize() - 1) / geometry.clusterSize();
    assertThat(countedOnce(tail, header, layout.tailOffset())).isEqualTo(clusters);
  }

  /** Follows the refcount table, and fails unless the counts are ones and then zeros. */
  private static long countedOnce(ByteBuffer tail, Qcow2Header header, long tailOffset) {
    var geometry = header.geometry();
    var perCluster = geometry.clusterSize() / Long.BYTES;
    var counted = 0L;
    var ended = false;
    for (var i = 0; i < header.refcountTableClusters() * perCluster; i++) {
      var at = header.refcountTableOffset() - tailOffset + (long) i * Long.BYTES;
      var block = tail.getLong((int) at);
      ended |= block == 0;
      assertThat(block == 0).isEqualTo(ended);
      for (var j = 0; block != 0 && j < geometry.clusterSize() / 2; j++) {
        var count = tail.getShort((int) (block - tailOffset) + 2 * j);
        ended |= count == 0;
        assertThat(count).isEqualTo((short) (ended ? 0 : 1));
        counted += count;
      }
    }
    return counted;
  }

  @Property(tries = 300)
  void theLargestSize_isThatOfAllDataInAllWindows(
      @ForAll @IntRange(min = 9, max = 21) int clusterBits,
      @ForAll @LongRange(min = 1, max = 1L << 38) long virtualSize,
      @ForAll @IntRange(min = 0, max = 100) int percent) {
    // given
    var geometry = new Geometry(virtualSize, clusterBits);
    var data = geometry.clusters() * percent / 100;
    var tables = Math.min(geometry.windows(), data);

    // then
    var largest = Qcow2Layout.largestSize(geometry, data);
    assertThat(new Qcow2Layout(geometry, 1 + data + tables).imageSize())
        .isLessThanOrEqualTo(largest);
    assertThat(new Qcow2Layout(geometry, 1 + data + geometry.windows()).imageSize())
        .isEqualTo(largest);
  }

  @Example
  void aWindow_becomesATableOfItsClusters() {
    // given
    var geometry = new Geometry(64 << 9, 9);
    var page = new ExtentsPageBuilder(geometry, 0, 512);
    page.addZero(1, 2);
    page.addData(4, 0);
    page.addData(5, 0);
    page.addZero(6, 1);
    page.addData(63, 0);

    // when
    var table = Qcow2Layout.l2Table(geometry, 512, page.runs());

    // then
    assertThat(table.remaining()).isEqualTo(512);
    for (var cluster = 0; cluster < 64; cluster++) {
      var entry = new L2Entry(table.getLong(cluster * Long.BYTES));
      var wanted =
          switch (cluster) {
            case 1, 2, 6 -> L2Entry.zero();
            case 4 -> L2Entry.data(512);
            case 5 -> L2Entry.data(1024);
            case 63 -> L2Entry.data(1536);
            default -> new L2Entry(0);
          };
      assertThat(entry).as("cluster %d", cluster).isEqualTo(wanted);
    }
    assertThat(page.runs()).anyMatch(run -> run.status() == ClusterStatus.HOLE);
  }

  private static ByteBuffer tail(Geometry geometry, Qcow2Layout layout) {
    var out = new ByteArrayOutputStream();
    layout.writeTail(
        new ExtentsWriter(geometry, _ -> {}).l2Offsets(), piece -> WrittenSide.append(out, piece));
    return ByteBuffer.wrap(out.toByteArray());
  }
}
