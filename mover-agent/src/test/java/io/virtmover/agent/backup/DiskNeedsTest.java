// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.transfer.DiskNeed;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DiskNeedsTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final long TIB = 1L << 40;

  @Property(tries = 300)
  void noMap_needsMoreThanItsDisksSizeSays(
      @ForAll long seed,
      @ForAll @LongRange(min = 1, max = 256 * GIB) long size,
      @ForAll @IntRange(min = 0, max = 20) int longest) {
    // given
    var random = new Random(seed);
    var map = new ClusterMap(new Geometry(size, DiskNeed.USUAL_CLUSTER_BITS));
    for (var at = 0L; at < map.geometry().clusters(); ) {
      var count = Math.min(map.geometry().clusters() - at, 1 + random.nextLong(1L << longest));
      map.set(at, count, ClusterStatus.ofCode(random.nextInt(3)));
      at += count;
    }

    // when
    var need = DiskNeeds.ofMap(map);

    // then
    var data = map.count(ClusterStatus.DATA) << DiskNeed.USUAL_CLUSTER_BITS;
    assertThat(need.bytes()).isLessThanOrEqualTo(DiskNeed.ofSize(size, data).bytes());
    assertThat(DiskNeed.ofSize(size, data).bytes())
        .isLessThanOrEqualTo(DiskNeed.ofSize(size).bytes());
  }

  /** A full's map calls data what was never written, so an 8 TiB disk with little in it is one. */
  @Test
  void aMapOfMoreThanAnObjectHolds_needsNoMoreThanTheLargestObject() {
    // given
    var map = new ClusterMap(new Geometry(8 * TIB, DiskNeed.USUAL_CLUSTER_BITS));
    map.set(0, map.geometry().clusters(), ClusterStatus.DATA);

    // when
    var need = DiskNeeds.ofMap(map);

    // then
    assertThat(need.largestImage()).isEqualTo(5 * TIB);
    assertThat(need.bytes()).isLessThanOrEqualTo(DiskNeed.ofSize(8 * TIB).bytes());
  }

  /** What a pod is granted by its disks' sizes is enough, and not far more than enough. */
  @Property(tries = 300)
  void theBoundByTheFormats_isJustBelowTheBoundBySize(
      @ForAll @LongRange(min = 1, max = 16 * TIB) long size) {
    // given
    var geometry = new Geometry(size, DiskNeed.USUAL_CLUSTER_BITS);

    // when
    var byFormats = DiskNeeds.ofSize(geometry);
    var bySize = DiskNeed.ofSize(size);

    // then
    assertThat(bySize.map()).isEqualTo(byFormats.map());
    assertThat(bySize.directory()).isEqualTo(byFormats.directory());
    assertThat(bySize.side()).isEqualTo(byFormats.side());
    assertThat(bySize.largestImage())
        .isBetween(byFormats.largestImage(), byFormats.largestImage() / 10_000 * 10_001 + MIB);
  }
}
