// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.watch;

import static io.virtmover.controller.watch.OwnWork.MAKE_OBJECTS;
import static io.virtmover.controller.watch.OwnWork.READ_BUCKET;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TriesTest {
  private static final String ATTEMPT = "du-night-1-0a1b2c3d4e";
  private static final Instant FIRST = Instant.parse("2026-03-01T00:00:00Z");

  private final Tries tries = new Tries();

  @ParameterizedTest
  @EnumSource
  void whatIsTriedAgainAndAgain_countsFromTheFirstTry(OwnWork work) {
    // when
    for (var at = FIRST; at.isBefore(FIRST.plus(Duration.ofHours(1))); at = at.plusSeconds(30)) {
      tries.tried(ATTEMPT, work, at, at);
    }

    // then
    assertThat(tries.of(ATTEMPT, FIRST.plus(Duration.ofHours(1)))).containsEntry(work, FIRST);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsTriedOnceMoreLongAfterwards_countsFromThen(OwnWork work) {
    // given
    var later = FIRST.plus(Duration.ofMinutes(46));
    tries.tried(ATTEMPT, work, FIRST, FIRST);

    // then
    assertThat(tries.of(ATTEMPT, later)).isEmpty();

    // when
    tries.tried(ATTEMPT, work, later, later);

    // then
    assertThat(tries.of(ATTEMPT, later)).containsEntry(work, later);
  }

  @Test
  void whatTakesLongToFail_isNotTakenForDone() {
    // given
    var takes = Duration.ofMinutes(20);
    var second = FIRST.plus(takes).plusSeconds(30);
    tries.tried(ATTEMPT, READ_BUCKET, FIRST, FIRST.plus(takes));

    // when
    tries.tried(ATTEMPT, READ_BUCKET, second, second.plus(takes));

    // then
    assertThat(tries.of(ATTEMPT, second.plus(takes).plusSeconds(30)))
        .containsEntry(READ_BUCKET, FIRST);
  }

  @Test
  void whatOthersTurnKeepsFromBeingTried_countsOnlyWhileItWasTried() {
    // given: a minute of trying, and half a minute until the next look
    tries.tried(ATTEMPT, READ_BUCKET, FIRST, FIRST.plusSeconds(60));

    // when: queued for an hour
    var now = FIRST.plusSeconds(90);
    for (var minute = 0; minute < 60; minute++) {
      tries.pause(ATTEMPT, now);
      now = now.plusSeconds(60);
    }
    tries.pause(ATTEMPT, now);

    // then
    assertThat(tries.of(ATTEMPT, now)).containsEntry(READ_BUCKET, now.minusSeconds(90));

    // when: it is its turn a while later, and it is tried for a minute
    now = now.plusSeconds(58);
    assertThat(tries.of(ATTEMPT, now)).containsEntry(READ_BUCKET, now.minusSeconds(90));
    tries.tried(ATTEMPT, READ_BUCKET, now, now.plusSeconds(60));

    // then
    assertThat(tries.of(ATTEMPT, now.plusSeconds(60)))
        .containsEntry(READ_BUCKET, now.minusSeconds(90));
  }

  @Test
  void whatIsPausedWithoutATry_isNothing() {
    // when
    tries.pause(ATTEMPT, FIRST);

    // then
    assertThat(tries.of(ATTEMPT, FIRST)).isEmpty();
  }

  @Test
  void whatWasDone_countsAnewAtOnceAndNothingElseDoes() {
    // given
    var next = FIRST.plusSeconds(30);
    tries.tried(ATTEMPT, MAKE_OBJECTS, FIRST, FIRST);
    tries.tried(ATTEMPT, READ_BUCKET, FIRST, FIRST);

    // when
    tries.done(ATTEMPT, MAKE_OBJECTS);
    tries.tried(ATTEMPT, MAKE_OBJECTS, next, next);

    // then
    assertThat(tries.of(ATTEMPT, next))
        .containsEntry(MAKE_OBJECTS, next)
        .containsEntry(READ_BUCKET, FIRST);
  }

  @Test
  void anAttemptThatIsOver_isForgotten() {
    // given
    tries.tried(ATTEMPT, MAKE_OBJECTS, FIRST, FIRST);

    // when
    tries.forget(ATTEMPT);

    // then
    assertThat(tries.of(ATTEMPT, FIRST)).isEmpty();
  }
}
