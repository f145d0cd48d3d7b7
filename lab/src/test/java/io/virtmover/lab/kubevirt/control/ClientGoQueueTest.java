// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.lab.kubevirt.api.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientGoQueueTest {
  private static final ObjectKey ONE = new ObjectKey("ns", "one");
  private static final ObjectKey TWO = new ObjectKey("ns", "two");

  @ParameterizedTest
  @CsvSource({
    "0, PT0.005S",
    "1, PT0.01S",
    "8, PT1.28S",
    "17, PT655.36S",
    "18, PT1000S",
    "99, PT1000S"
  })
  void shouldDoubleThePauseUpToALimit(int failures, Duration pause) {
    assertThat(ClientGoQueue.pauseAfter(failures)).isEqualTo(pause);
  }

  @Test
  void shouldComeBackAfterFailuresUntilItWorks() throws InterruptedException {
    // given
    var looks = new AtomicInteger();
    var done = new CountDownLatch(1);
    try (var queue =
        new ClientGoQueue(
            "test",
            _ -> {
              if (looks.incrementAndGet() < 4) {
                return new Outcome.Retry("not yet");
              }
              done.countDown();
              return new Outcome.Done();
            })) {
      queue.start();

      // when
      queue.add(ONE);

      // then
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(looks).hasValue(4);
    }
  }

  @Test
  void shouldTakeKeysOfANamespaceInOrderAndEachOnce() throws InterruptedException {
    // given
    var looks = new CopyOnWriteArrayList<ObjectKey>();
    var done = new CountDownLatch(2);
    try (var queue =
        new ClientGoQueue(
            "test",
            key -> {
              looks.add(key);
              done.countDown();
              return new Outcome.Done();
            })) {
      queue.add(ONE);
      queue.add(TWO);
      queue.add(ONE);

      // when
      queue.start();

      // then
      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(looks).isEqualTo(List.of(ONE, TWO));
    }
  }
}
