// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class IndexRebuilderTest {
  private final Bucket bucket = new Bucket();

  @Test
  void shouldSayWhenThereIsNothingToRebuildFrom() {
    assertThatThrownBy(this::rebuild)
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining("no usable checkpoint record");
  }

  @Nested
  class GivenAFullAndTwoIncrements {
    @BeforeEach
    void backUp() {
      bucket.publishFull(0);
      bucket.publishIncrement(1, 0);
      bucket.publishIncrement(2, 1);
    }

    @Test
    void whenTheIndexIsLost_thenItComesBackAsItWas() {
      // given
      var before = bucket.text(bucket.indexKey());
      bucket.store.remove(bucket.indexKey());

      // when
      var report = rebuild();

      // then
      assertThat(withoutTime(bucket.text(bucket.indexKey()))).isEqualTo(withoutTime(before));
      assertThat(report.recovered()).hasSize(3);
      assertThat(report.setAside()).isEmpty();
      assertThat(bucket.restorable()).containsExactly("night-0", "night-1", "night-2");
    }

    @Test
    void whenTheIndexIsDamaged_thenItIsKeptAside() {
      // given
      bucket.plant(bucket.indexKey(), "{\"checkpoints\": [{");

      // when
      var report = rebuild();

      // then
      assertThat(report.setAside()).hasSize(1);
      assertThat(bucket.text(report.setAside().getFirst())).isEqualTo("{\"checkpoints\": [{");
      assertThat(bucket.restorable()).hasSize(3);
    }

    @Test
    void whenTheIndexIsEnormous_thenItIsKeptAsideInPieces() {
      // given
      var bytes = new byte[GoJson.LIMIT + 5];
      bytes[bytes.length - 1] = 7;
      bucket.store.plant(bucket.indexKey(), bytes);

      // when
      var report = rebuild();

      // then
      assertThat(bucket.store.peek(report.setAside().getFirst())).hasValue(bytes);
      assertThat(bucket.restorable()).hasSize(3);
    }

    @Test
    void whenAnotherProductRewroteTheIndex_thenItsEntriesStayAndOursGoWhereTheyBelong() {
      // given
      bucket.plant(
          bucket.indexKey(),
          """
          {"seal": 1, "checkpoints": [
            {"id": "theirs-early", "type": "full", "timestamp": "2026-02-01T00:00:00Z"},
            {"id": "theirs-late", "type": "full", "timestamp": "2026-03-09T00:00:00Z"}]}
          """);

      // when
      rebuild();

      // then
      assertThat(bucket.repository.readIndex().checkpoints())
          .extracting(entry -> entry.id().value())
          .containsExactly(
              "theirs-early",
              Bucket.id(0).value(),
              Bucket.id(1).value(),
              Bucket.id(2).value(),
              "theirs-late");
      assertThat(bucket.text(bucket.indexKey())).contains("\"seal\": 1");
    }

    @Test
    void whenARecordIsDamaged_thenTheRestIsRecoveredAndItIsNamed() {
      // given
      bucket.store.remove(bucket.indexKey());
      bucket.plant(bucket.recordKey(2), "{");

      // when
      var report = rebuild();

      // then
      assertThat(report.unreadable()).singleElement().asString().contains(bucket.recordKey(2));
      assertThat(report.recovered()).containsExactly(Bucket.id(0), Bucket.id(1));
      assertThat(bucket.restorable()).containsExactly("night-0", "night-1");
    }

    @Test
    void whenAnImageIsMissing_thenItsCheckpointAndWhatBuildsOnItAreLeftOut() {
      // given
      bucket.store.remove(bucket.indexKey());
      bucket.store.remove(bucket.root.key(bucket.full(1).disks().getFirst().objectPath()));

      // when
      var report = rebuild();

      // then
      assertThat(report.recovered()).containsExactly(Bucket.id(0));
      assertThat(report.incomplete()).containsExactlyInAnyOrder(Bucket.id(1), Bucket.id(2));
    }

    @Test
    void whenTheManifestsAreLostToo_thenTheyAreWrittenAgain() {
      // given
      bucket.store.remove(bucket.indexKey());
      bucket.store.remove(bucket.manifestKey(1));
      bucket.plant(bucket.manifestKey(2), "nonsense");

      // when
      var report = rebuild();

      // then
      assertThat(report.manifests()).containsExactly("night-1", "night-2");
      assertThat(report.setAside()).hasSize(1);
      assertThat(bucket.restorable()).containsExactly("night-0", "night-1", "night-2");
    }

    @Test
    void whenABackupWasDeletedOnPurpose_thenItStaysDeleted() {
      // given
      bucket.store.remove(bucket.manifestKey(1));

      // when
      var report = rebuild();

      // then
      assertThat(report.manifests()).isEmpty();
      assertThat(bucket.restorable()).containsExactly("night-0", "night-2");
    }

    @Test
    void whenABackupIsPublishedMeanwhile_thenItIsNotLost() {
      // given
      var once = new boolean[1];
      bucket.store.before(
          call -> {
            if (call.key().equals(bucket.indexKey()) && call.kind().isWrite() && !once[0]) {
              once[0] = true;
              bucket.publishIncrement(3, 2);
            }
          });

      // then
      assertThatThrownBy(this::rebuildIt)
          .isInstanceOfSatisfying(
              VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFLICT));
      assertThat(bucket.restorable()).contains("night-3");
    }

    @Test
    void whenTheStoreIgnoresConditions_thenNothingIsWrittenUnlessNobodyElseDoes() {
      // given
      bucket.plant(bucket.indexKey(), "{");
      bucket.plant(bucket.manifestKey(2), "{");
      var before = bucket.store.keys();
      bucket.store.ignoringConditions();

      // then
      assertThatThrownBy(this::rebuildIt)
          .isInstanceOfSatisfying(
              VirtMoverException.class,
              e -> assertThat(e.kind()).isEqualTo(FailureKind.UNSUPPORTED))
          .hasMessageContaining("--single-writer");
      assertThat(bucket.store.keys()).isEqualTo(before);

      assertThat(rebuild(true).setAside()).hasSize(2);
      assertThat(bucket.restorable()).containsExactly("night-0", "night-1", "night-2");
      assertThat(isMarked()).isFalse();
    }

    @Test
    void whenSomebodyElseWritesAllTheSame_thenHisIndexStays() {
      // given
      bucket.store.ignoringConditions().remove(bucket.indexKey());
      bucket.store.before(
          call -> {
            if (call.kind() == StoreCall.Kind.PUT && call.key().contains("/probe-")) {
              bucket.plant(bucket.indexKey(), "theirs");
            }
          });

      // then
      assertThatThrownBy(() -> rebuild(true)).hasMessageContaining("changed while it was rebuilt");
      assertThat(bucket.text(bucket.indexKey())).isEqualTo("theirs");
    }

    @Test
    void whenSomebodyElseWritesAManifestAllTheSame_thenItStays() {
      // given
      bucket.store.ignoringConditions().remove(bucket.indexKey());
      bucket.store.remove(bucket.manifestKey(2));
      bucket.store.after(
          call -> {
            if (call.kind() == StoreCall.Kind.GET && call.key().equals(bucket.manifestKey(2))) {
              bucket.plant(bucket.manifestKey(2), "theirs");
            }
          });

      // when
      var report = rebuild(true);

      // then
      assertThat(report.manifests()).isEmpty();
      assertThat(bucket.text(bucket.manifestKey(2))).isEqualTo("theirs");
    }

    @Test
    void whenTheStoreHonoursConditions_thenTheIndexRemembersIt() {
      // given
      bucket.plant(bucket.indexKey(), "{");

      // when
      var _ = rebuild();

      // then
      assertThat(isMarked()).isTrue();
    }

    private boolean isMarked() {
      return StoreCapabilities.isMarked(
          bucket.store, bucket.repository.readIndexDocument().metadata());
    }

    private void rebuildIt() {
      var _ = rebuild();
    }

    private static String withoutTime(String index) {
      return index.replaceAll("\"lastUpdated\": \"[^\"]*\"", "");
    }
  }

  private IndexRebuilder.Report rebuild() {
    return rebuild(false);
  }

  private IndexRebuilder.Report rebuild(boolean singleWriter) {
    return new IndexRebuilder(bucket.repository, Bucket.clockAt(9), singleWriter).rebuild();
  }
}
