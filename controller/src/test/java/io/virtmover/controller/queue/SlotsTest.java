// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.virtmover.controller.config.ControllerConfig;
import io.virtmover.controller.velero.DataDownload;
import io.virtmover.controller.velero.DataUpload;
import io.virtmover.controller.velero.TransferObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotsTest {
  private record SomeLimits(int cluster, int location, int node)
      implements ControllerConfig.Limits {}

  private static final Instant START = Instant.parse("2026-03-01T02:00:00Z");

  private final Slots slots = slots(2, 2);

  @Test
  void shouldGiveAsManySlotsAsThereAre() {
    // when
    var first = slots.take(upload(1), "a", "");
    var second = slots.take(upload(2), "a", "");
    var third = slots.take(upload(3), "a", "");

    // then
    assertThat(first).isTrue();
    assertThat(second).isTrue();
    assertThat(third).isFalse();
    assertThat(slots.running("DataUpload")).isEqualTo(2);
    assertThat(slots.waiting("DataUpload")).isEqualTo(1);
  }

  @Test
  void shouldTellHowManyAreBeforeARequestInTheQueue() {
    // given
    slots.take(upload(1), "a", "");
    slots.take(upload(2), "a", "");
    slots.take(upload(4), "a", "");

    // when
    slots.take(upload(3), "a", "");

    // then
    assertThat(slots.taken()).isEqualTo(2);
    assertThat(slots.ahead("uid-2")).isEmpty();
    assertThat(slots.ahead("uid-3")).hasValue(0);
    assertThat(slots.ahead("uid-4")).hasValue(1);
  }

  @Test
  void shouldTellWhetherARequestWouldHaveToWaitWithoutLettingItIn() {
    // given
    slots.take(upload(1), "a", "");

    // then
    assertThat(slots.isCrowded(upload(3), "a")).isFalse();
    assertThat(slots.isCrowded(upload(3), "a")).isFalse();

    // when
    slots.take(upload(2), "a", "");

    // then
    assertThat(slots.isCrowded(upload(3), "a")).isTrue();
    assertThat(slots.waiting("DataUpload")).isZero();
  }

  @Test
  void shouldLetARequestKeepItsSlotHoweverOftenItAsks() {
    // given
    slots.take(upload(1), "a", "");
    slots.take(upload(2), "a", "");

    // then
    assertThat(slots.take(upload(1), "a", "")).isTrue();
    assertThat(slots.running("DataUpload")).isEqualTo(2);
  }

  @Test
  void shouldNotLetANewerRequestOvertakeAnOlderOne() {
    // given
    slots.take(upload(1), "a", "");
    slots.take(upload(2), "a", "");
    slots.take(upload(3), "a", "");
    slots.release("uid-1");

    // then
    assertThat(slots.take(upload(4), "a", "")).isFalse();
    assertThat(slots.take(upload(3), "a", "")).isTrue();
  }

  @Test
  void shouldLetThoseBeginWhoWaitBehindOneThatCannot() {
    // given
    slots.take(upload(1), "away", "");
    slots.take(upload(2), "away", "");
    slots.take(upload(3), "a", "");
    slots.take(upload(4), "a", "");

    // when
    slots.stepBack("uid-1");
    slots.stepBack("uid-2");

    // then
    assertThat(slots.take(upload(1), "away", "")).isFalse();
    assertThat(slots.take(upload(5), "a", "")).isFalse();
    assertThat(slots.take(upload(3), "a", "")).isTrue();
    assertThat(slots.take(upload(4), "a", "")).isTrue();

    // when
    slots.release("uid-3");

    // then
    assertThat(slots.take(upload(5), "a", "")).isFalse();
    assertThat(slots.take(upload(1), "away", "")).isTrue();
  }

  @Test
  void shouldWakeWhoeverIsNextWhenOneStepsBack() {
    // given
    var woken = new ArrayList<String>();
    slots.listen("DataUpload", place -> woken.add(place.uid()));
    slots.take(upload(1), "away", "");
    slots.take(upload(2), "a", "");
    slots.take(upload(3), "a", "");

    // when
    slots.stepBack("uid-1");

    // then
    assertThat(woken).containsExactly("uid-3");
  }

  @Test
  void shouldLetARequestWithoutASlotKeepItsPlace() {
    // given
    slots.take(upload(1), "a", "");
    slots.take(upload(2), "a", "");
    slots.take(upload(3), "a", "");
    slots.take(upload(4), "a", "");

    // when
    slots.stepBack("uid-3");
    slots.release("uid-1");

    // then
    assertThat(slots.take(upload(4), "a", "")).isFalse();
    assertThat(slots.take(upload(3), "a", "")).isTrue();
  }

  @Test
  void shouldNotHoldItAgainstARequestThatNobodyWaitedBehindIt() {
    // given
    slots.take(upload(1), "a", "");
    slots.stepBack("uid-1");

    // then
    assertThat(slots.take(upload(1), "a", "")).isTrue();
  }

  @Test
  void shouldGoByTheTimeOfTheRequestAndNotOfTheQuestion() {
    // given
    slots.take(upload(1), "a", "");
    slots.take(upload(2), "a", "");
    slots.take(upload(9), "a", "");
    slots.take(upload(3), "a", "");
    slots.release("uid-1");

    // then
    assertThat(slots.take(upload(9), "a", "")).isFalse();
    assertThat(slots.take(upload(3), "a", "")).isTrue();
  }

  @Test
  void shouldServeBothKindsFromOneQueue() {
    // given
    slots.take(download(1), "a", "");
    slots.take(upload(2), "a", "");
    slots.take(download(3), "a", "");
    slots.release("uid-2");

    // then
    assertThat(slots.take(upload(4), "a", "")).isFalse();
    assertThat(slots.take(download(3), "a", "")).isTrue();
  }

  @Test
  void shouldNotLetAFullLocationHoldUpAnother() {
    // given
    var narrow = slots(3, 1);
    narrow.take(upload(1), "a", "");
    narrow.take(upload(2), "a", "");

    // then
    assertThat(narrow.take(upload(3), "b", "")).isTrue();
    assertThat(narrow.take(upload(4), "b", "")).isFalse();
    assertThat(narrow.take(upload(5), "c", "")).isTrue();
  }

  @Test
  void shouldCountWhatARestartFoundRunningBeyondAllLimits() {
    // given
    slots.keep(upload(1), "a", () -> "");
    slots.keep(upload(2), "a", () -> "");
    slots.keep(upload(3), "a", () -> "");

    // then
    assertThat(slots.take(upload(4), "b", "")).isFalse();
    slots.release("uid-1");
    assertThat(slots.take(upload(4), "b", "")).isFalse();
    slots.release("uid-2");
    assertThat(slots.take(upload(4), "b", "")).isTrue();
  }

  @Test
  void shouldForgetARequestThatOnlyWaited() {
    // given
    slots.take(upload(1), "a", "");
    slots.take(upload(2), "a", "");
    slots.take(upload(3), "a", "");
    slots.release("uid-3");
    slots.release("uid-1");

    // then
    assertThat(slots.take(upload(4), "a", "")).isTrue();
  }

  @Test
  void shouldWakeThoseWhoseTurnItIsAndNobodyElse() {
    // given
    var woken = new ArrayList<String>();
    slots.listen("DataUpload", place -> woken.add(place.name()));
    slots.take(upload(1), "a", "");
    slots.take(upload(2), "a", "");
    slots.take(upload(3), "a", "");
    slots.take(upload(4), "a", "");

    // when
    slots.release("uid-1");
    slots.release("uid-1");

    // then
    assertThat(woken).containsExactly("name-3");
  }

  @Test
  void shouldWakeByKind() {
    // given
    var woken = new ArrayList<String>();
    slots.listen("DataDownload", place -> woken.add(place.name()));
    slots.take(upload(1), "a", "");
    slots.take(upload(2), "a", "");
    slots.take(upload(3), "a", "");
    slots.take(download(4), "a", "");

    // when
    slots.release("uid-1");
    slots.release("uid-2");

    // then
    assertThat(woken).containsExactly("name-4");
  }

  @Test
  void shouldNotLetAFullNodeHoldUpAnother() {
    // given
    var narrow = open(new SomeLimits(9, 9, 1));
    narrow.take(upload(1), "a", "n1");
    narrow.take(upload(2), "a", "n1");

    // then
    assertThat(narrow.take(upload(3), "a", "n2")).isTrue();
    assertThat(narrow.take(upload(4), "a", "n2")).isFalse();
    narrow.release("uid-1");
    assertThat(narrow.take(upload(2), "a", "n1")).isTrue();
  }

  @Test
  void shouldNotTakeRoomOfItsLocationForARequestWhoseNodeIsFull() {
    // given
    var narrow = open(new SomeLimits(9, 2, 1));
    narrow.take(upload(1), "a", "n1");
    narrow.take(upload(2), "a", "n1");

    // then
    assertThat(narrow.take(upload(3), "a", "n2")).isTrue();
    assertThat(narrow.take(upload(4), "a", "n3")).isFalse();
  }

  @Test
  void shouldCountNoNodeForARequestThatNoneServes() {
    // given
    var narrow = open(new SomeLimits(9, 9, 1));

    // then
    assertThat(narrow.take(download(1), "a", "")).isTrue();
    assertThat(narrow.take(download(2), "a", "")).isTrue();
    assertThat(narrow.take(upload(3), "a", "n1")).isTrue();
  }

  @Test
  void shouldGoByTheNodeThatTheVmIsOnNow() {
    // given
    var narrow = open(new SomeLimits(9, 9, 1));
    narrow.take(upload(1), "a", "n1");
    narrow.take(upload(2), "a", "n1");

    // then
    assertThat(narrow.take(upload(2), "a", "n2")).isTrue();
  }

  @Test
  void shouldAskForTheNodeOfWhatRunsOnceAndOnlyWhereItMatters() {
    // given
    var asked = new ArrayList<String>();
    var narrow = open(new SomeLimits(9, 9, 1));

    // when
    narrow.keep(upload(1), "a", () -> asked(asked, "n1"));
    narrow.keep(upload(1), "a", () -> asked(asked, "n1"));
    slots.keep(upload(2), "a", () -> asked(asked, "n2"));

    // then
    assertThat(asked).containsExactly("n1");
    assertThat(narrow.take(upload(3), "a", "n1")).isFalse();
  }

  @Test
  void shouldGiveNoSlotBeforeWhatRunsIsCounted() {
    // given
    var woken = new ArrayList<String>();
    var closed = new Slots(new SomeLimits(2, 2, 0));
    closed.listen("DataUpload", place -> woken.add(place.name()));
    closed.count(() -> closed.keep(upload(8), "a", () -> ""));

    // when
    var early = List.of(closed.take(upload(1), "a", ""), closed.take(upload(2), "a", ""));
    closed.open();

    // then
    assertThat(early).containsOnly(false);
    assertThat(woken).containsExactly("name-1");
    assertThat(closed.take(upload(2), "a", "")).isFalse();
    assertThat(closed.take(upload(1), "a", "")).isTrue();
  }

  @Test
  void shouldNotCountWhatEndedMeanwhile() {
    // given
    var closed = new Slots(new SomeLimits(1, 1, 0));
    closed.count(() -> closed.keep(upload(1), "a", () -> ""));

    // when
    closed.release("uid-1");
    closed.open();

    // then
    assertThat(closed.take(upload(2), "a", "")).isTrue();
  }

  private static String asked(List<String> all, String node) {
    all.add(node);
    return node;
  }

  private static Slots slots(int cluster, int location) {
    return open(new SomeLimits(cluster, location, 0));
  }

  private static Slots open(SomeLimits limits) {
    var made = new Slots(limits);
    made.open();
    return made;
  }

  private static TransferObject upload(int number) {
    return made(new DataUpload(), number);
  }

  private static TransferObject download(int number) {
    return made(new DataDownload(), number);
  }

  private static TransferObject made(TransferObject request, int number) {
    request.setMetadata(
        new ObjectMetaBuilder()
            .withName("name-" + number)
            .withUid("uid-" + number)
            .withCreationTimestamp(START.plusSeconds(number).toString())
            .build());
    return request;
  }
}
