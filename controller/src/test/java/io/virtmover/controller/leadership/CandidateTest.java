// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.controller.leadership.Candidate.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class CandidateTest {
  private static final Instant LONG_AGO = Instant.parse("2020-03-01T02:00:00Z");
  private static final Duration LASTS = Duration.ofSeconds(15);
  private static final Duration NOW = Duration.ofHours(7);

  private final Candidate candidate = new Candidate("me", LASTS, () -> false);
  private final AtomicBoolean isAnotherPointedAt = new AtomicBoolean(true);
  private final Candidate beside = new Candidate("me", LASTS, isAnotherPointedAt::get);

  @Test
  void shouldMakeALeaseAtOnceThatIsNotThereWhereNobodyLeads() {
    assertThat(candidate.next(Optional.empty(), false, NOW)).isEqualTo(Move.CREATE);
  }

  @Test
  void shouldTryAgainAtOnceToMakeALeaseWhereNobodyLeads() {
    // given
    candidate.next(Optional.empty(), false, NOW);

    // then
    assertThat(candidate.next(Optional.empty(), false, NOW.plusSeconds(1))).isEqualTo(Move.CREATE);
  }

  @Test
  void shouldNotMakeALeaseItHasNeverSeenBesideOneThatMayLead() {
    // given
    var first = beside.next(Optional.empty(), false, NOW);
    isAnotherPointedAt.set(false);

    // then
    assertThat(first).isEqualTo(Move.WAIT);
    assertThat(beside.next(Optional.empty(), false, NOW.plus(LASTS))).isEqualTo(Move.WAIT);
    assertThat(beside.next(Optional.empty(), false, NOW.plus(LASTS).plusMillis(1)))
        .isEqualTo(Move.CREATE);
  }

  @Test
  void shouldTakeAReleasedLeaseAtOnceWhateverTheLabelsSay() {
    // given
    var released = held("other", LONG_AGO).released(LONG_AGO);

    // then
    assertThat(beside.next(Optional.of(released), false, NOW)).isEqualTo(Move.TAKE);
    assertThat(beside.next(Optional.empty(), false, NOW)).isEqualTo(Move.CREATE);
  }

  @Test
  void shouldTakeAReleasedLeaseAtOnce() {
    // given
    var released = held("other", LONG_AGO).released(LONG_AGO);

    // then
    assertThat(candidate.next(Optional.of(released), false, NOW)).isEqualTo(Move.TAKE);
  }

  @Test
  void shouldGoOnWithItsOwnLeaseAlsoAfterAStart() {
    assertThat(candidate.next(Optional.of(held("me", LONG_AGO)), false, NOW)).isEqualTo(Move.RENEW);
  }

  @Test
  void shouldNotBelieveTheTimesOfAnothersClock() {
    assertThat(candidate.next(Optional.of(held("other", LONG_AGO)), false, NOW))
        .isEqualTo(Move.WAIT);
  }

  @Test
  void shouldTakeALeaseThatHasNotChangedForItsTime() {
    // given
    var stale = Optional.of(held("other", LONG_AGO));
    candidate.next(stale, false, NOW);

    // then
    assertThat(candidate.next(stale, false, NOW.plus(LASTS))).isEqualTo(Move.WAIT);
    assertThat(candidate.next(stale, false, NOW.plus(LASTS).plusMillis(1))).isEqualTo(Move.TAKE);
  }

  @Test
  void shouldWaitAnewAfterEachSignOfLife() {
    // given
    candidate.next(Optional.of(held("other", LONG_AGO)), false, NOW);
    var renewed = Optional.of(held("other", LONG_AGO.plusSeconds(2)));
    candidate.next(renewed, false, NOW.plusSeconds(14));

    // then
    assertThat(candidate.next(renewed, false, NOW.plusSeconds(28))).isEqualTo(Move.WAIT);
    assertThat(candidate.next(renewed, false, NOW.plusSeconds(30))).isEqualTo(Move.TAKE);
  }

  @Test
  void shouldNotMakeALeaseWhoseHolderMayStillAct() {
    // given
    candidate.next(Optional.of(held("other", LONG_AGO)), false, NOW);
    var deleted = NOW.plusSeconds(14);

    // then
    assertThat(candidate.next(Optional.empty(), false, deleted)).isEqualTo(Move.WAIT);
    assertThat(candidate.next(Optional.empty(), false, deleted.plus(LASTS))).isEqualTo(Move.WAIT);
    assertThat(candidate.next(Optional.empty(), false, deleted.plus(LASTS).plusMillis(1)))
        .isEqualTo(Move.CREATE);
  }

  @Test
  void shouldWaitAnewForAHolderThatMakesItsLeaseAgain() {
    // given
    candidate.next(Optional.of(held("other", LONG_AGO)), false, NOW);
    candidate.next(Optional.empty(), false, NOW.plusSeconds(1));
    var again = Optional.of(held("other", LONG_AGO.plusSeconds(9)));

    // then
    assertThat(candidate.next(again, false, NOW.plusSeconds(17))).isEqualTo(Move.WAIT);
    assertThat(candidate.next(Optional.empty(), false, NOW.plusSeconds(18))).isEqualTo(Move.WAIT);
    assertThat(candidate.next(Optional.empty(), false, NOW.plusSeconds(30))).isEqualTo(Move.WAIT);
  }

  @Test
  void shouldMakeItsOwnLeaseAgainAtOnceWhateverItSawBefore() {
    // given
    candidate.next(Optional.of(held("other", LONG_AGO)), false, NOW);

    // then
    assertThat(candidate.next(Optional.empty(), true, NOW.plusSeconds(1))).isEqualTo(Move.CREATE);
  }

  @Test
  void shouldMakeALeaseAtOnceThatWasReleasedBeforeItWasDeleted() {
    // given
    candidate.next(Optional.of(held("other", LONG_AGO)), false, NOW);
    candidate.next(Optional.of(held("other", LONG_AGO).released(LONG_AGO)), false, NOW);

    // then
    assertThat(candidate.next(Optional.empty(), false, NOW)).isEqualTo(Move.CREATE);
  }

  private static Term held(String holder, Instant renewed) {
    return new Term(holder, LASTS, LONG_AGO, renewed, 3);
  }
}
