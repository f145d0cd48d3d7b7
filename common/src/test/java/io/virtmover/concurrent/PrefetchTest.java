// SPDX-License-Identifier: Apache-2.0
package io.virtmover.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrefetchTest {
  private final CountDownLatch never = new CountDownLatch(1);

  @Test
  void results_comeInOrder_andSoManyAreUnderwayAtOnce() {
    // given: each waits for two others
    var meeting = new CyclicBarrier(3);

    // when
    var taken = new ArrayList<Integer>();
    try (var prefetch =
        new Prefetch<>("Work", IntStream.range(0, 9).boxed().toList(), 3, i -> met(meeting, i))) {
      for (var i = 0; i < 9; i += 3) {
        taken.addAll(List.of(prefetch.next(), prefetch.next(), prefetch.next()));
      }

      // then
      assertThatThrownBy(prefetch::next).isInstanceOf(NoSuchElementException.class);
    }
    assertThat(taken).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void noMoreIsBegun_thanIsAllowedAtOnce() {
    // given
    var begun = new AtomicInteger();

    // when
    try (var prefetch =
        new Prefetch<>("Work", List.of(0, 1, 2, 3, 4), 2, _ -> begun.incrementAndGet())) {
      var _ = prefetch.next();
    }

    // then
    assertThat(begun).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void aFailure_isThrownInItsPlace_andOneThatNobodyTakesNowhere() {
    try (var prefetch = new Prefetch<>("Work", List.of(1, 0, 2, 0), 4, i -> 2 / i)) {
      assertThat(prefetch.next()).isEqualTo(2);
      assertThatThrownBy(prefetch::next).isInstanceOf(ArithmeticException.class);
      assertThat(prefetch.next()).isEqualTo(1);
    }
  }

  @Test
  void closing_interruptsWhatNobodyWaitsForAnyMore() {
    // given
    var begun = new CountDownLatch(1);
    var interrupted = new AtomicBoolean();

    // when
    try (var prefetch =
        new Prefetch<>(
            "Work",
            List.of(1, 2),
            2,
            i -> {
              if (i == 2) {
                begun.countDown();
                interrupted.set(isInterruptedWaitingFor(never));
              }
              return i;
            })) {
      assertThat(prefetch.next()).isEqualTo(1);
      assertThat(isInterruptedWaitingFor(begun)).isFalse();
    }

    // then
    assertThat(interrupted).isTrue();
  }

  @Test
  void whoIsToldToStopWhileWaiting_stops() {
    try (var prefetch =
        new Prefetch<>("Work", List.of(1), 1, _ -> isInterruptedWaitingFor(never))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(prefetch::next)
          .isInstanceOfSatisfying(
              VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CANCELED))
          .hasMessage("Work was canceled.");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static boolean isInterruptedWaitingFor(CountDownLatch latch) {
    try {
      latch.await();
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private static int met(CyclicBarrier meeting, int result) {
    try {
      var _ = meeting.await();
      return result;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
