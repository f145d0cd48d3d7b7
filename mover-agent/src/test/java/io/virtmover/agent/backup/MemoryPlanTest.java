// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final int S3_PARTS = 10_000;

  @Property
  void anyPlan_staysInsideItsShareAndItsImageInsideTheParts(
      @ForAll @LongRange(min = 0, max = 5L << 40) long image,
      @ForAll @LongRange(min = 0, max = 4 * GIB) long more,
      @ForAll @IntRange(min = 1, max = 16) int concurrency) {
    // given
    var share = MemoryPlan.needed("d", image, Long.MAX_VALUE) + more;

    // when
    var plan = MemoryPlan.of(share, image, concurrency);

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
  void anImageLargerThanAnyObject_isRefused() {
    assertThatThrownBy(() -> MemoryPlan.needed("d", (5L << 40) + 1, Long.MAX_VALUE))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.UNSUPPORTED));
  }

  @Test
  void aBudgetThatIsTooSmall_isRefusedWithWhatItTakes() {
    assertThatThrownBy(() -> MemoryPlan.needed("data", 1024 * GIB, 40 * MIB))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("Disk data", "--memory")
        .hasMessageContaining("at least 224 MiB");
    assertThat(MemoryPlan.needed("data", 1024 * GIB, 224 * MIB)).isEqualTo(224 * MIB);
  }

  @Test
  void theDefaultBudget_isEnoughFor175GiBOfData() {
    assertThat(MemoryPlan.needed("d", 175 * GIB, 40 * MIB)).isLessThanOrEqualTo(40 * MIB);
  }
}
