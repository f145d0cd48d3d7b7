// SPDX-License-Identifier: Apache-2.0
package io.virtmover.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class FuturesTest {
  private final CountDownLatch never = new CountDownLatch(1);
  private final CountDownLatch waiting = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();

  @Test
  void both_runAtTheSameTime() {
    // given: each waits for the other
    var meeting = new CyclicBarrier(2);

    // when
    var done = Futures.both("Work", () -> met(meeting, "one"), () -> met(meeting, 2));

    // then
    assertThat(done).isEqualTo(new Futures.Both<>("one", 2));
  }

  @Test
  void theFirstsFailure_isThrownWhenTheSecondHasEnded() {
    // given
    var failed = new CountDownLatch(1);
    var ended = new AtomicBoolean();
    Supplier<String> fails =
        () -> {
          failed.countDown();
          throw new IllegalArgumentException("the first");
        };
    Supplier<Boolean> goesOn =
        () -> {
          await(failed);
          ended.set(!Thread.currentThread().isInterrupted());
          return true;
        };

    // then
    assertThatThrownBy(() -> Futures.both("Work", fails, goesOn))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the first");
    assertThat(ended).isTrue();
  }

  @Test
  void each_isDoneForAll_someAtOnce() {
    // given: each waits for another
    var meeting = new CyclicBarrier(2);
    var done = new ConcurrentSkipListSet<String>();

    // when
    Futures.each("Work", List.of("a", "b", "c", "d"), 2, thing -> done.add(met(meeting, thing)));

    // then
    assertThat(done).containsExactly("a", "b", "c", "d");
  }

  @Test
  void theFirstFailureOfEach_isThrown_andWhatIsNotBegunIsNot() {
    // given
    var begun = new ConcurrentSkipListSet<Integer>();

    // then
    assertThatThrownBy(
            () ->
                Futures.each(
                    "Work",
                    List.of(1, 0, 2, 3, 4),
                    2,
                    thing -> {
                      begun.add(thing);
                      begun.add(10 / thing);
                    }))
        .isInstanceOf(ArithmeticException.class);
    assertThat(begun).doesNotContain(3, 4);
  }

  @Test
  void theSecondsError_isNotLost() {
    assertThatThrownBy(
            () ->
                Futures.both(
                    "Work",
                    () -> "done",
                    () -> {
                      throw new AssertionError("the second");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessage("the second");
  }

  @Test
  void ofTwoFailures_theFirstsIsThrown() {
    assertThatThrownBy(
            () ->
                Futures.both(
                    "Work",
                    () -> {
                      throw new IllegalArgumentException("the first");
                    },
                    () -> {
                      throw new IllegalStateException("the second");
                    }))
        .hasMessage("the first");
  }

  @Test
  void whoIsToldToStop_passesItOn() {
    // given
    Thread.currentThread().interrupt();

    // when, then
    assertThatThrownBy(() -> Futures.both("Work", this::waitForEver, this::waitForEver))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CANCELED))
        .hasMessage("Work was canceled.");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(interrupted.get()).isEqualTo(waiting.getCount() == 0);
  }

  private boolean waitForEver() {
    waiting.countDown();
    try {
      never.await();
      return true;
    } catch (InterruptedException e) {
      interrupted.set(true);
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static <T> T met(CyclicBarrier meeting, T result) {
    try {
      meeting.await();
      return result;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
