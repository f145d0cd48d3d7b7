// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.CheckpointName;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecoveredEntriesTest {
  private final Bucket bucket = new Bucket();

  @Test
  void recoveredOnes_areInTheOrderOfTheirTimesWhateverTheirsWas() {
    // given
    var entries = new RecoveredEntries(IndexDocument.none(Bucket.VM));

    // when
    var lost =
        entries.addAll(
            List.of(
                bucket.increment(2, 1), bucket.full(3), bucket.increment(1, 0), bucket.full(0)));

    // then
    assertThat(lost).isEmpty();
    assertThat(ids(entries)).containsExactly("0", "1", "2", "3");
    assertThat(entries.json())
        .extracting(json -> json.path("referencedBy").toString())
        .containsExactly(
            "[\"night-0\",\"night-1\",\"night-2\"]",
            "[\"night-1\",\"night-2\"]",
            "[\"night-2\"]",
            "[\"night-3\"]");
    assertThat(entries.recovered())
        .extracting(CheckpointRecord::id)
        .containsExactly(Bucket.id(0), Bucket.id(1), Bucket.id(2), Bucket.id(3));
  }

  @Test
  void whatBuildsOnALostOne_isReturned() {
    // given
    var entries = new RecoveredEntries(IndexDocument.none(Bucket.VM));

    // when
    var lost =
        entries.addAll(List.of(bucket.increment(2, 1), bucket.full(0), bucket.increment(3, 2)));

    // then
    assertThat(lost).containsExactly(Bucket.id(2), Bucket.id(3));
    assertThat(ids(entries)).containsExactly("0");
  }

  /** A clock that was set back must not make a parent the latest. */
  @Test
  void anIncrement_comesAfterItsParentWhateverItsTime() {
    // given
    var entries = new RecoveredEntries(IndexDocument.none(Bucket.VM));

    // when
    var lost = entries.addAll(List.of(bucket.increment(1, 4), bucket.full(4), bucket.full(2)));

    // then
    assertThat(lost).isEmpty();
    assertThat(ids(entries)).containsExactly("2", "4", "1");
  }

  @Test
  void knownOnes_keepTheirOrderAndWhatTheyHold() {
    // given: a time nobody can read, and one that is later than the next
    var entries =
        known(
            """
            {"checkpoints": [
              {"id": "odd", "timestamp": "once"},
              {"id": "late", "timestamp": "2026-03-03T12:00:00Z", "seal": 1},
              {"id": "early", "timestamp": "2026-02-01T00:00:00Z"}]}
            """);

    // when
    var lost = entries.addAll(List.of(bucket.full(1), bucket.full(3)));

    // then
    assertThat(lost).isEmpty();
    assertThat(ids(entries)).containsExactly("odd", "1", "late", "early", "3");
    assertThat(entries.json().get(2).path("seal").asInt()).isEqualTo(1);
  }

  @Test
  void aKnownOne_isNotRecoveredAgain() {
    // given
    var entries =
        known("{\"checkpoints\": [{\"id\": \"%s\", \"seal\": 1}]}".formatted(Bucket.id(0)));

    // when
    var lost = entries.addAll(List.of(bucket.full(0), bucket.increment(1, 0)));

    // then
    assertThat(lost).isEmpty();
    assertThat(ids(entries)).containsExactly("0", "1");
    assertThat(entries.json().getFirst().path("seal").asInt()).isEqualTo(1);
    assertThat(entries.recovered()).extracting(CheckpointRecord::id).containsExactly(Bucket.id(1));
    assertThat(entries.has(Bucket.id(1))).isTrue();
    assertThat(entries.has(new CheckpointName("other"))).isFalse();
  }

  private RecoveredEntries known(String index) {
    bucket.plant(bucket.indexKey(), index);
    return new RecoveredEntries(bucket.repository.readIndexDocument());
  }

  private static List<String> ids(RecoveredEntries entries) {
    return entries.json().stream()
        .map(json -> json.path("id").asText().replaceAll("vmb-du-night-(\\d+)-.*", "$1"))
        .toList();
  }
}
