// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.VirtMoverException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final MemoryBudget budget = new MemoryBudget(100);

  @Test
  void shouldGiveWhatIsWantedOrWhatIsThere() {
    assertThat(budget.take(10, 60)).isEqualTo(60);
    assertThat(budget.take(10, 60)).isEqualTo(40);
  }

  @Test
  void shouldMakeALargeDiskWaitForTheOthers() throws Exception {
    // given
    var small = budget.take(10, 50);
    var large = CompletableFuture.supplyAsync(() -> budget.take(90, 100));

    // when
    budget.giveBack(small);

    // then
    assertThat(large.get(10, TimeUnit.SECONDS)).isEqualTo(100);
  }

  @Test
  void shouldStopWaitingWhenCanceled() {
    // given
    budget.take(100, 100);
    Thread.currentThread().interrupt();

    // then
    assertThatThrownBy(() -> budget.take(1, 1)).isInstanceOf(VirtMoverException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
