// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.image.ClusterMap;
import io.virtmover.image.ClusterStatus;
import io.virtmover.image.Geometry;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class MoverMemoryTest {
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
    var need = DiskNeed.ofMap(map);

    // then
    var data = map.count(ClusterStatus.DATA) << DiskNeed.USUAL_CLUSTER_BITS;
    assertThat(need.bytes()).isLessThanOrEqualTo(DiskNeed.ofSize(size, data).bytes());
    assertThat(DiskNeed.ofSize(size, data).bytes())
        .isLessThanOrEqualTo(DiskNeed.ofSize(size).bytes());
  }

  @Test
  void smallDisks_takeTheUsualBudget() {
    assertThat(MoverMemory.ofBackup(List.of(DiskNeed.ofSize(10 * GIB), DiskNeed.ofSize(100 * GIB))))
        .isEqualTo(new MoverMemory(96 * MIB));
  }

  @Test
  void theLargestDisk_decides() {
    // given
    var disks = List.of(DiskNeed.ofSize(10 * GIB), DiskNeed.ofSize(500 * GIB));

    // then
    assertThat(MoverMemory.ofBackup(disks).budget()).isBetween(112 * MIB, 122 * MIB);
    assertThat(MoverMemory.ofBackup(List.of(DiskNeed.ofSize(2 * TIB))).budget())
        .isBetween(446 * MIB, 460 * MIB);
  }

  @Test
  void aLargeDiskWithLittleData_needsLittle() {
    assertThat(DiskNeed.ofSize(8 * TIB, 2 * GIB).bytes()).isBetween(44 * MIB, 50 * MIB);
    assertThat(MoverMemory.ofBackup(List.of(DiskNeed.ofSize(8 * TIB, 2 * GIB))))
        .isEqualTo(new MoverMemory(96 * MIB));
  }

  @Test
  void readingBack_takesLessThanABackup() {
    assertThat(MoverMemory.ofRestore()).isEqualTo(new MoverMemory(40 * MIB));
  }
}
