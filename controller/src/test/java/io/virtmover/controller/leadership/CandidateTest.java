// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.leadership.Candidate.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CandidateTest {
  private static final Instant LONG_AGO = Instant.parse("2020-03-01T02:00:00Z");
  private static final Duration LASTS = Duration.ofSeconds(15);
  private static final Duration NOW = Duration.ofHours(7);

  private final Candidate candidate = new Candidate("me");

  @Test
  void shouldMakeALeaseThatIsNotThere() {
    assertThat(candidate.next(Optional.empty(), NOW)).isEqualTo(Move.CREATE);
  }

  @Test
  void shouldTakeAReleasedLeaseAtOnce() {
    // given
    var released = held("other", LONG_AGO).released(LONG_AGO);

    // then
    assertThat(candidate.next(Optional.of(released), NOW)).isEqualTo(Move.TAKE);
  }

  @Test
  void shouldGoOnWithItsOwnLeaseAlsoAfterAStart() {
    assertThat(candidate.next(Optional.of(held("me", LONG_AGO)), NOW)).isEqualTo(Move.RENEW);
  }

  @Test
  void shouldNotBelieveTheTimesOfAnothersClock() {
    assertThat(candidate.next(Optional.of(held("other", LONG_AGO)), NOW)).isEqualTo(Move.WAIT);
  }

  @Test
  void shouldTakeALeaseThatHasNotChangedForItsTime() {
    // given
    var stale = Optional.of(held("other", LONG_AGO));
    candidate.next(stale, NOW);

    // then
    assertThat(candidate.next(stale, NOW.plus(LASTS))).isEqualTo(Move.WAIT);
    assertThat(candidate.next(stale, NOW.plus(LASTS).plusMillis(1))).isEqualTo(Move.TAKE);
  }

  @Test
  void shouldWaitAnewAfterEachSignOfLife() {
    // given
    candidate.next(Optional.of(held("other", LONG_AGO)), NOW);
    var renewed = Optional.of(held("other", LONG_AGO.plusSeconds(2)));
    candidate.next(renewed, NOW.plusSeconds(14));

    // then
    assertThat(candidate.next(renewed, NOW.plusSeconds(28))).isEqualTo(Move.WAIT);
    assertThat(candidate.next(renewed, NOW.plusSeconds(30))).isEqualTo(Move.TAKE);
  }

  private static Term held(String holder, Instant renewed) {
    return new Term(holder, LASTS, LONG_AGO, renewed, 3);
  }
}
