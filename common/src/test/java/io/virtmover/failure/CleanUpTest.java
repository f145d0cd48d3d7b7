// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CleanUpTest {
  @AfterEach
  void stayUninterrupted() {
    var _ = Thread.interrupted();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void workRunsWithoutTheInterrupt_whichIsPutBackAfterwards(boolean interrupted) {
    // given
    if (interrupted) {
      Thread.currentThread().interrupt();
    }

    // when
    var seen = CleanUp.evenIfInterrupted(() -> Thread.currentThread().isInterrupted());

    // then
    assertThat(seen).isFalse();
    assertThat(Thread.currentThread().isInterrupted()).isEqualTo(interrupted);
  }

  @Test
  void workThatFails_putsTheInterruptBackToo() {
    // given
    Thread.currentThread().interrupt();
    Runnable failing =
        () -> {
          throw new IllegalStateException("on purpose");
        };

    // then
    assertThatThrownBy(() -> CleanUp.evenIfInterrupted(failing)).hasMessage("on purpose");
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void aSignalDuringTheWork_isNotLost() {
    // given
    List<String> done = new ArrayList<>();

    // when
    CleanUp.evenIfInterrupted(
        () -> {
          Thread.currentThread().interrupt();
          done.add("work");
        });

    // then
    assertThat(done).containsExactly("work");
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }
}
