// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WorkTest {
  private static final Duration GRACE = Duration.ofHours(24);
  private static final Instant MADE = Instant.parse("2026-03-01T02:00:00Z");

  @Test
  void aNewTombstone_isDue() {
    assertThat(work(Map.of()).isDue(MADE)).isTrue();
    assertThat(work(Map.of(Work.NEXT_TRY, "never", Work.FAILURES, "-3")))
        .satisfies(
            work -> {
              assertThat(work.isDue(MADE)).isTrue();
              assertThat(work.failures()).isZero();
            });
  }

  @Test
  void failures_areTriedAgainWithGrowingPausesThatEnd() {
    // given
    var pauses =
        IntStream.of(0, 1, 2, 8, 9, 400)
            .mapToObj(failures -> work(Map.of(Work.FAILURES, Integer.toString(failures))))
            .map(work -> (Work.Next.Again) work.failed(MADE, "why"))
            .map(again -> Duration.between(MADE, again.at()));

    // then
    assertThat(pauses)
        .containsExactly(
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(4),
            Duration.ofMinutes(256),
            Duration.ofHours(6),
            Duration.ofHours(6));
  }

  @Test
  void whatComesNext_isReadAsItWasWritten() {
    // given
    var again = (Work.Next.Again) work(Map.of(Work.FAILURES, "2")).failed(MADE, "why");

    // when
    var work =
        work(
            Map.of(
                Work.FAILURES,
                Integer.toString(again.failures()),
                Work.NEXT_TRY,
                again.at().toString()));

    // then
    assertThat(work.failures()).isEqualTo(3);
    assertThat(work.isDue(again.at().minusSeconds(1))).isFalse();
    assertThat(work.isDue(again.at())).isTrue();
  }

  @Test
  void aTombstone_staysUntilNothingIsLeftAndIsTriedAGracePeriodAfterTheLastTime() {
    // given: it could not be worked on for long
    var first = MADE.plus(Duration.ofDays(7));

    // when
    var early = work(Map.of()).freed(first, GRACE, true);
    var late = work(Map.of()).freed(((Work.Next.Again) early).at(), GRACE, false);

    // then
    assertThat(((Work.Next.Again) early).at()).isAfter(first.plus(GRACE));
    assertThat(late).isEqualTo(new Work.Next.Done());
  }

  @Test
  void whatKubernetesNotesBesideATombstone_isNotKept() {
    // given
    var object =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("one")
            .withNamespace("velero")
            .withUid("uid-7")
            .withResourceVersion("7")
            .withCreationTimestamp(MADE.toString())
            .addToLabels("virtmover.io/tombstone", "true")
            .addNewManagedField()
            .withManager("velero")
            .endManagedField()
            .endMetadata()
            .addToData("backup", "night-0")
            .build();

    // when
    var kept = Work.of(object).object();

    // then
    assertThat(kept.getMetadata().getManagedFields()).isEmpty();
    assertThat(kept.getMetadata())
        .extracting("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
        .containsExactly("one", "velero", "uid-7", "7", MADE.toString());
    assertThat(kept.getData()).containsEntry("backup", "night-0");
  }

  @Test
  void thePlaceOfALocation_isThatOfTheFirstLook() {
    assertThat(work(Map.of()).at("one/").place()).contains("one/");
    assertThat(work(Map.of(Work.PLACE, "one/")).at("other/").place()).contains("one/");
  }

  private static Work work(Map<String, String> annotations) {
    return Work.of(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName("one")
            .withCreationTimestamp(MADE.toString())
            .withAnnotations(annotations)
            .endMetadata()
            .build());
  }
}
