// SPDX-License-Identifier: Apache-2.0
package io.virtmover.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkersTest {
  private static final Duration SOON = Duration.ofMillis(1);

  @Test
  void aWatchWhoseLookThrows_goesOnAndTheFailureIsSeen() throws InterruptedException {
    // given
    var looks = new CountDownLatch(3);
    var seen = new CompletableFuture<Throwable>();

    // when
    try (var watch =
        Workers.watch(
            "a-watch",
            SOON,
            List.of("one"),
            one -> {
              Thread.currentThread().setUncaughtExceptionHandler((_, e) -> seen.complete(e));
              looks.countDown();
              throw new IllegalStateException(one);
            })) {
      looks.await();
      watch.shutdownNow();
    }

    // then
    assertThat(seen).isCompletedWithValueMatching(e -> "one".equals(e.getMessage()));
  }

  @Test
  void aWatch_endsWhenShutDown() throws InterruptedException {
    // given
    var thread = new CompletableFuture<Thread>();
    var watch =
        Workers.watch(
            "a-watch", SOON, List.of("one"), _ -> thread.complete(Thread.currentThread()));
    assertThat(thread.join().getName()).isEqualTo("a-watch");

    // when
    watch.shutdownNow();

    // then
    assertThat(watch.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void threads_haveTheirTasksNameAndKeepNoProgramFromEnding()
      throws ExecutionException, InterruptedException {
    try (var workers = Workers.perTask("fetch")) {
      var first = workers.submit(Thread::currentThread).get();
      var second = workers.submit(Thread::currentThread).get();
      assertThat(List.of(first, second))
          .allMatch(Thread::isDaemon)
          .extracting(Thread::getName)
          .containsExactly("fetch-1", "fetch-2");
    }
  }

  @Test
  void whatRunsAside_isNotWaitedFor() throws InterruptedException {
    // given
    var go = new CountDownLatch(1);
    var done = new CountDownLatch(1);

    // when
    Workers.aside(
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          done.countDown();
        });

    // then
    go.countDown();
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
