// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.transfer.DiskNeed;
import io.virtmover.transfer.MoverMemory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final long GIB = 1 << 30;
  private static final int S3_PARTS = 10_000;

  @Property
  void anyPlan_staysInsideItsShareAndItsImageInsideTheParts(
      @ForAll @LongRange(min = 0, max = 5L << 40) long image,
      @ForAll @LongRange(min = 0, max = 4 * GIB) long more,
      @ForAll @IntRange(min = 1, max = 16) int concurrency) {
    // given
    var need = new DiskNeed(0, 0, 0, image);
    var share = need.buffers() + more;

    // when
    var plan = MemoryPlan.of(share, need, concurrency);

    // then
    var used =
        (long) plan.partSize() * plan.partBuffers() + (long) plan.readSize() * plan.readBuffers();
    assertThat(used).isLessThanOrEqualTo(share);
    assertThat((long) plan.partSize() * S3_PARTS).isGreaterThanOrEqualTo(image);
    assertThat(plan.partSize()).isGreaterThanOrEqualTo(5 << 20);
    assertThat(plan.partBuffers()).isGreaterThanOrEqualTo(2);
    assertThat(plan.readBuffers()).isBetween(1, concurrency);
  }

  @Test
  void theUsualBudget_isEnoughFor430GiBOfData() {
    assertThat(new DiskNeed(0, 0, 0, 430 * GIB).bytes())
        .isLessThanOrEqualTo(MoverMemory.USUAL_BUDGET);
  }

  @Test
  void theUsualBudget_isSpentOnLargeParts_andASmallShareOnSmallOnes() {
    var need = new DiskNeed(0, 0, 0, GIB);
    assertThat(MemoryPlan.of(MoverMemory.USUAL_BUDGET, need, 4))
        .isEqualTo(new MemoryPlan(16 << 20, 5, 2 << 20, 4, 0));
    assertThat(MemoryPlan.of(40L << 20, need, 4))
        .isEqualTo(new MemoryPlan(5 << 20, 6, 2 << 20, 4, 0));
  }
}
