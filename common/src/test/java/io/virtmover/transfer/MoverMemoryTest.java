// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MoverMemoryTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final long TIB = 1L << 40;

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
