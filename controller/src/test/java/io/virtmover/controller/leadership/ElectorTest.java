// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ElectorTest {
  private static final LeaseTimes TIMES =
      new LeaseTimes(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

  private final InMemoryLease store = new InMemoryLease();
  private final Candidature first = new Candidature("first", store);
  private final Candidature second = new Candidature("second", store);

  @Test
  void shouldLeadWhereNobodyDoes() {
    // when
    first.round(0);

    // then
    assertThat(first.told).containsExactly("taken");
    assertThat(store.read().orElseThrow().term().holder()).isEqualTo("first");
  }

  @Test
  void shouldWaitForAnotherThatRenews() {
    // given
    first.round(0);

    // when
    for (var now = 1; now < 100; now++) {
      first.round(now);
      second.round(now);
    }

    // then
    assertThat(second.told).isEmpty();
    assertThat(first.told).containsExactly("taken");
  }

  @Test
  void shouldTakeOverAtOnceWhatIsReleased() {
    // given
    first.round(0);
    second.round(1);

    // when
    first.elector.release();
    second.round(2);

    // then
    assertThat(second.told).containsExactly("taken");
  }

  @Test
  void shouldNotTakeALeaseAfterItHasReleasedOne() {
    // given
    first.round(0);
    first.elector.release();

    // when
    first.round(1);

    // then
    assertThat(store.read().orElseThrow().term().holder()).isEmpty();
  }

  @Test
  void shouldLeaveAnothersLeaseAloneWhenItEnds() {
    // given
    first.round(0);
    second.round(1);

    // when
    second.elector.release();

    // then
    assertThat(store.read().orElseThrow().term().holder()).isEqualTo("first");
  }

  @Test
  void shouldTakeOverFromAProcessThatDied() {
    // given
    first.round(0);
    second.round(1);

    // when
    second.round(16);
    second.round(17);

    // then
    assertThat(second.told).containsExactly("taken");
  }

  @Test
  void shouldGoOnAtOnceWhenItsContainerWasStartedAgain() {
    // given
    first.round(0);
    var again = new Candidature("first", store);

    // when
    again.round(3);

    // then
    assertThat(again.told).containsExactly("taken");
  }

  @Test
  void shouldEndBeforeAnotherOneMayBeginWhenItCannotRenew() {
    // given
    first.round(0);
    store.isAway = true;

    // when
    assertThatThrownBy(() -> first.round(2)).isInstanceOf(IllegalStateException.class);
    first.check(10);
    var inTime = List.copyOf(first.told);
    first.check(11);
    first.check(12);

    // then
    assertThat(inTime).containsExactly("taken");
    assertThat(first.told).containsExactly("taken", "lost");
  }

  @Test
  void shouldEndWhenAnotherOneHasTheLease() {
    // given
    first.round(0);
    var _ =
        store.replace(
            store.read().orElseThrow(),
            store
                .read()
                .orElseThrow()
                .term()
                .takenBy("thief", TIMES.lease(), Clock.systemUTC().instant()));

    // when
    first.round(2);

    // then
    assertThat(first.told).containsExactly("taken", "lost");
  }

  @Test
  void shouldGoOnWhenSomebodyElseHasWrittenTheLeaseMeanwhile() {
    // given
    first.round(0);
    store.isConflicting = true;
    first.round(2);
    store.isConflicting = false;

    // when
    first.round(4);
    first.check(13);

    // then
    assertThat(first.told).containsExactly("taken");
  }

  @Test
  void shouldNotLeadBesideALeaderWhoseLeaseSomebodyDeleted() {
    // given
    first.round(0);
    second.round(1);
    store.stored = Optional.empty();

    // when
    second.round(2);
    first.round(3);
    second.round(4);

    // then
    assertThat(second.told).isEmpty();
    assertThat(first.told).containsExactly("taken");
    assertThat(store.read().orElseThrow().term().holder()).isEqualTo("first");
  }

  @Test
  void shouldNotLeadBesideALeaderWhoseLeaseItHasNeverSeen() {
    // given
    first.round(0);
    store.stored = Optional.empty();
    second.isAnotherPointedAt = true;

    // when
    second.round(1);
    first.round(2);
    second.round(17);

    // then
    assertThat(second.isInTouch(17)).isTrue();
    assertThat(second.told).isEmpty();
    assertThat(store.read().orElseThrow().term().holder()).isEqualTo("first");
  }

  @Test
  void shouldBeInTouchWhileTheStoreAnswers() {
    // given
    var before = second.isInTouch(0);
    second.round(0);

    // then
    assertThat(before).isFalse();
    assertThat(second.isInTouch(9)).isTrue();
    assertThat(second.isInTouch(11)).isFalse();
  }

  @Test
  void shouldCountFromTheWriteAndNotFromTheLook() {
    // given
    store.beforeReading = () -> first.now = Duration.ofSeconds(60);

    // when
    first.round(0);
    first.check(69);

    // then
    assertThat(first.told).containsExactly("taken");
  }

  /** Each process sleeps at random, and its watchdog wakes it. */
  @Test
  void shouldNeverHaveTwoLeadersWhateverTheyMiss() {
    for (var seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var lease = new InMemoryLease();
      var all = new ArrayList<>(List.of(new Candidature("0", lease), new Candidature("1", lease)));
      for (var now = 0; now < 600; now++) {
        var number = all.size();
        for (var process : List.copyOf(all)) {
          process.check(now);
          if (!process.hasEnded() && process.isAwake(random, now)) {
            process.round(now);
          }
          if (process.hasEnded()) {
            all.remove(process);
            all.add(new Candidature("%d-%d".formatted(now, number), lease));
          }
        }
        assertThat(all.stream().filter(Candidature::leads).count())
            .as("leaders at %d s, seed %d", now, seed)
            .isLessThanOrEqualTo(1);
      }
    }
  }

  /** One controller, and what became of it. */
  private static final class Candidature {
    private final List<String> told = new ArrayList<>();
    private final Elector elector;
    private Duration now = Duration.ZERO;
    private boolean isAnotherPointedAt;
    private long asleepUntil;

    Candidature(String identity, LeaseStore store) {
      elector =
          new Elector(
              identity,
              TIMES,
              store,
              new Elector.Office() {
                @Override
                public void taken() {
                  told.add("taken");
                }

                @Override
                public void lost(String why) {
                  told.add("lost");
                }
              },
              () -> isAnotherPointedAt,
              () -> now,
              Clock.systemUTC());
    }

    void round(long seconds) {
      now = Duration.ofSeconds(seconds);
      elector.round();
    }

    void check(long seconds) {
      now = Duration.ofSeconds(seconds);
      elector.check();
    }

    boolean isInTouch(long seconds) {
      now = Duration.ofSeconds(seconds);
      return elector.isInTouch();
    }

    boolean isAwake(Random random, long now) {
      if (now >= asleepUntil && random.nextInt(20) == 0) {
        asleepUntil = now + random.nextInt(30);
      }
      return now >= asleepUntil;
    }

    boolean hasEnded() {
      return told.contains("lost");
    }

    boolean leads() {
      return told.contains("taken") && !hasEnded();
    }
  }

  private static final class InMemoryLease implements LeaseStore {
    private Optional<Stored> stored = Optional.empty();
    private int version;
    private boolean isAway;
    private boolean isConflicting;
    private Runnable beforeReading = () -> {};

    @Override
    public Optional<Stored> read() {
      beforeReading.run();
      if (isAway) {
        throw new IllegalStateException("the API server is away");
      }
      return stored;
    }

    @Override
    public Optional<Stored> create(Term term) {
      return stored.isEmpty() ? write(term) : Optional.empty();
    }

    @Override
    public Optional<Stored> replace(Stored before, Term term) {
      if (isAway) {
        throw new IllegalStateException("the API server is away");
      }
      return stored.equals(Optional.of(before)) && !isConflicting ? write(term) : Optional.empty();
    }

    private Optional<Stored> write(Term term) {
      version++;
      stored = Optional.of(new Stored(term, Integer.toString(version)));
      return stored;
    }
  }
}
