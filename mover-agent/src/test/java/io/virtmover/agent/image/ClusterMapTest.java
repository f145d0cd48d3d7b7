// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ClusterMapTest {
  private record Run(long first, long clusters, ClusterStatus status) {}

  private static final int CLUSTER_BITS = 16;
  private static final long TIB = 1L << 40;
  private static final long MIB = 1 << 20;

  @Property(tries = 300)
  void anyClusters_areVisitedAsTheyWereTold(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60_000) int clusters) {
    // given
    var random = new Random(seed);
    var geometry = new Geometry((long) clusters << CLUSTER_BITS, CLUSTER_BITS);
    var told = new ClusterStatus[clusters];
    var map = new ClusterMap(geometry);

    // when
    var longest = 1 << random.nextInt(16);
    for (var at = 0; at < clusters; ) {
      var count = Math.min(clusters - at, 1 + random.nextInt(longest));
      var status = ClusterStatus.ofCode(random.nextInt(3));
      for (var i = at; i < at + count; i++) {
        told[i] = status;
      }
      if (status != ClusterStatus.HOLE || random.nextBoolean()) {
        map.set(at, count, status);
      }
      at += count;
    }

    // then
    assertThat(runs(map)).isEqualTo(runs(told)).isEqualTo(runs(map));
  }

  @Test
  void aChangeInEvery512MiB_costs8TiBOfDiskLessThan200KiB() {
    assertThat(memoryOf(8 * TIB, 8192, 1)).isBetween(1L, 200L << 10);
  }

  @Test
  void theWorstPattern_costsTwoBitsPerCluster() {
    assertThat(memoryOf(8 * TIB, 2, 1)).isBetween(32 * MIB, 33 * MIB);
    assertThat(ClusterMap.largestMemory(new Geometry(8 * TIB, CLUSTER_BITS)))
        .isBetween(32 * MIB, 33 * MIB);
  }

  @Property(tries = 100)
  void noPattern_takesMoreThanTheLargestMemory(
      @ForAll @IntRange(min = 1, max = 100) int stride, @ForAll @IntRange(min = 1) int run) {
    // given
    var size = 64L << 30;
    var length = 1 + (run - 1) % stride;

    // then
    assertThat(memoryOf(size, stride, length))
        .isLessThanOrEqualTo(ClusterMap.largestMemory(new Geometry(size, CLUSTER_BITS)));
  }

  @Test
  void clustersOutOfOrder_areRefused() {
    // given
    var map = new ClusterMap(new Geometry(TIB, CLUSTER_BITS));
    map.set(10, ClusterStatus.DATA);

    // then
    assertThatThrownBy(() -> map.set(9, ClusterStatus.DATA))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsLeftOut_isWhatTheMapWasMadeFor() {
    // given
    var map =
        new ClusterMap(
            new Geometry(TIB, CLUSTER_BITS), ByteBuffer::allocateDirect, ClusterStatus.ZERO);
    map.set(10, 2, ClusterStatus.DATA);
    map.set(20, 5, ClusterStatus.HOLE);

    // then
    assertThat(map.count(ClusterStatus.HOLE)).isZero();
    assertThat(map.count(ClusterStatus.ZERO)).isEqualTo(map.geometry().clusters() - 2);
  }

  private static long memoryOf(long virtualSize, int stride, int length) {
    var taken = new AtomicLong();
    var map =
        new ClusterMap(
            new Geometry(virtualSize, CLUSTER_BITS),
            bytes -> {
              taken.addAndGet(bytes);
              return ByteBuffer.allocateDirect(bytes);
            });
    for (var at = 0L; at + length <= map.geometry().clusters(); at += stride) {
      map.set(at, length, ClusterStatus.DATA);
    }
    assertThat(map.count(ClusterStatus.DATA)).isPositive();
    return taken.get();
  }

  private static List<Run> runs(ClusterMap map) {
    var runs = new ArrayList<Run>();
    map.forEachRun((first, clusters, status) -> runs.add(new Run(first, clusters, status)));
    return runs;
  }

  private static List<Run> runs(ClusterStatus[] told) {
    var runs = new ArrayList<Run>();
    for (var i = 0; i < told.length; i++) {
      if (!runs.isEmpty() && runs.getLast().status() == told[i]) {
        var last = runs.removeLast();
        runs.add(new Run(last.first(), last.clusters() + 1, last.status()));
      } else {
        runs.add(new Run(i, 1, told[i]));
      }
    }
    return runs;
  }
}
