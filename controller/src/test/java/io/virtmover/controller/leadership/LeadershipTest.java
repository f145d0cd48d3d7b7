// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeadershipTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Leadership leadership = new Leadership();

  @Test
  void shouldMakeNoPassBeforeItLeads() {
    assertThat(leadership.act(() -> Optional.of("made"))).isEmpty();
    assertThat(leadership.isLeading()).isFalse();
  }

  @Test
  void shouldMakePassesWhileItLeads() {
    // given
    var _ = leadership.begin();

    // then
    assertThat(leadership.act(() -> Optional.of("made"))).contains("made");
    assertThat(leadership.isLeading()).isTrue();
  }

  @Test
  void shouldMakeNoPassAfterItsEnd() throws InterruptedException {
    // given
    var _ = leadership.begin();

    // when
    var haveEnded = leadership.end(PATIENCE);

    // then
    assertThat(haveEnded).isTrue();
    assertThat(leadership.act(() -> Optional.of("made"))).isEmpty();
  }

  @Test
  void shouldNotBeginAfterItsEnd() throws InterruptedException {
    // given
    var _ = leadership.end(PATIENCE);

    // when
    var hasBegun = leadership.begin();

    // then
    assertThat(hasBegun).isFalse();
    assertThat(leadership.isLeading()).isFalse();
  }

  @Test
  void shouldWaitForAPassUnderWayAndSayWhenItDoesNotEnd() throws Exception {
    // given
    var _ = leadership.begin();
    var isUnderWay = new CountDownLatch(1);
    var mayEnd = new CountDownLatch(1);
    var pass =
        CompletableFuture.supplyAsync(
            () ->
                leadership.act(
                    () -> {
                      isUnderWay.countDown();
                      return Optional.of(await(mayEnd));
                    }));
    await(isUnderWay);

    // when
    var atFirst = leadership.end(Duration.ofMillis(1));
    mayEnd.countDown();
    var later = leadership.end(PATIENCE);

    // then
    assertThat(atFirst).isFalse();
    assertThat(later).isTrue();
    assertThat(pass.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).contains(true);
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
