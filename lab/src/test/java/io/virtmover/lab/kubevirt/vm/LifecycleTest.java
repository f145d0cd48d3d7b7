// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.kubevirt.vm.Lifecycle.Instance;
import io.virtmover.lab.kubevirt.vm.Lifecycle.Request;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleTest {
  @ParameterizedTest
  @CsvSource({
    "HALTED,           ,          NOTHING",
    "HALTED,           RUNNING,   DELETE_VMI",
    "ALWAYS,           ,          CREATE_VMI",
    "ALWAYS,           RUNNING,   NOTHING",
    "ALWAYS,           SUCCEEDED, DELETE_VMI",
    "ALWAYS,           FAILED,    DELETE_VMI",
    "MANUAL,           ,          NOTHING",
    "MANUAL,           RUNNING,   NOTHING",
    "MANUAL,           SUCCEEDED, DELETE_VMI",
    "RERUN_ON_FAILURE, ,          CREATE_VMI",
    "RERUN_ON_FAILURE, SUCCEEDED, NOTHING",
    "RERUN_ON_FAILURE, FAILED,    DELETE_VMI",
    "ONCE,             ,          CREATE_VMI",
    "ONCE,             FAILED,    NOTHING",
  })
  void aStrategyWantsThisOfItsInstance(
      RunStrategy strategy, @Nullable VmiPhase phase, Lifecycle wanted) {
    // given
    var instance = Optional.ofNullable(phase).map(now -> new Instance("u1", now, false));

    // when
    var decided = Lifecycle.of(strategy, instance, Optional.empty());

    // then
    assertThat(decided).isEqualTo(wanted);
  }

  @Test
  void anInstanceThatIsGoingIsLeftAlone() {
    // given
    var going = Optional.of(new Instance("u1", VmiPhase.FAILED, true));

    // when
    var decided = Lifecycle.of(RunStrategy.ALWAYS, going, Optional.empty());

    // then
    assertThat(decided).isEqualTo(Lifecycle.NOTHING);
  }

  @Test
  void aRestartStopsTheInstanceItMeansAndNoOther() {
    // given
    var stop = Optional.of(new Request(false, Optional.of("u1")));

    // when
    var meant =
        Lifecycle.of(
            RunStrategy.ALWAYS, Optional.of(new Instance("u1", VmiPhase.RUNNING, false)), stop);
    var other =
        Lifecycle.of(
            RunStrategy.ALWAYS, Optional.of(new Instance("u2", VmiPhase.RUNNING, false)), stop);

    // then
    assertThat(meant).isEqualTo(Lifecycle.DELETE_VMI);
    assertThat(other).isEqualTo(Lifecycle.DROP_REQUEST);
  }

  @Test
  void aManualVmStartsOnRequest() {
    // given
    var start = Optional.of(new Request(true, Optional.empty()));

    // when
    var decided = Lifecycle.of(RunStrategy.MANUAL, Optional.empty(), start);

    // then
    assertThat(decided).isEqualTo(Lifecycle.CREATE_VMI_AND_DROP_REQUEST);
  }
}
