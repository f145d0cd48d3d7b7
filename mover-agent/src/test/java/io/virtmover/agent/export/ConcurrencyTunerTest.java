// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Streams climb while that brings bytes. */
class ConcurrencyTunerTest {
  private static final int REQUEST = 2 << 20;

  private final Ticks clock = new Ticks();
  private final ConcurrencyTuner tuner = new ConcurrencyTuner(16, clock);

  @Test
  void aServerThatScales_getsAllStreams() {
    assertThat(limitsAgainst(streams -> streams * 10.0, 8)).startsWith(4, 6, 9, 13, 16);
    assertThat(tuner.limit()).isGreaterThanOrEqualTo(11);
  }

  @Test
  void aServerBoundByItsCpu_isNotPressed() {
    var limits = limitsAgainst(_ -> 150.0, 60);
    assertThat(limits.subList(2, 60)).allMatch(limit -> limit <= 6);
  }

  @Test
  void aServerThatGetsSlowerWithStreams_getsFew() {
    var limits = limitsAgainst(streams -> 100.0 / streams, 60);
    assertThat(limits.subList(10, 60)).allMatch(limit -> limit <= 5);
  }

  @Test
  void aFailure_halvesTheStreams_downToOne() {
    for (var expected : List.of(2, 1, 1)) {
      tuner.acquire();
      tuner.release(0);
      assertThat(tuner.limit()).isEqualTo(expected);
    }
  }

  @Test
  void afterFailures_theStreamsClimbAgain() {
    for (var i = 0; i < 4; i++) {
      tuner.acquire();
      tuner.release(0);
    }
    assertThat(limitsAgainst(streams -> streams * 10.0, 60)).contains(1, 16);
  }

  @Test
  void moreThanTheLimit_wait_untilOneIsReleased() throws Exception {
    for (var i = 0; i < 4; i++) {
      tuner.acquire();
    }
    var fifth = new FutureTask<Void>(tuner::acquire, null);
    var thread = Thread.ofPlatform().start(fifth);
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertThat(fifth.isDone()).isFalse();
    tuner.release(REQUEST);
    fifth.get();
  }

  @Test
  void whoWaits_canBeCanceled() {
    for (var i = 0; i < 4; i++) {
      tuner.acquire();
    }
    Thread.currentThread().interrupt();
    assertThatThrownBy(tuner::acquire)
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.CANCELED));
    assertThat(Thread.interrupted()).isTrue();
  }

  /** Plays rounds of full streams; the function gives MB/s for a number of streams. */
  private List<Integer> limitsAgainst(IntToDoubleFunction megabytesPerSecond, int rounds) {
    var limits = new ArrayList<Integer>();
    for (var round = 0; round < rounds; round++) {
      var limit = tuner.limit();
      limits.add(limit);
      for (var request = 0; request < 3 * limit; request++) {
        tuner.acquire();
        clock.seconds(REQUEST / 1e6 / megabytesPerSecond.applyAsDouble(limit));
        tuner.release(REQUEST);
      }
    }
    return limits;
  }
}
