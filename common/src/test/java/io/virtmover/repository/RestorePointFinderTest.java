// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.FullReason;
import io.virtmover.failure.FailureKind;
import org.junit.jupiter.api.Test;

class RestorePointFinderTest {
  private final Bucket bucket = new Bucket();

  @Test
  void shouldListBackupsInTheOrderOfTheirCheckpoints() {
    // given: by their names the other way round
    bucket.publishFull(9);
    bucket.publishFull(10);

    // then
    assertThat(bucket.restorable()).containsExactly("night-9", "night-10");
  }

  @Test
  void shouldReadNoRecordWhereOnlyIndexAndManifestsAreAsked() {
    // given
    bucket.publishFull(0);
    bucket.publishIncrement(1, 0);
    bucket.plant(bucket.recordKey(0), "{");
    bucket.store.forgetCalls();

    // when
    var points = bucket.repository.listRestorePoints();

    // then
    assertThat(points.points()).hasSize(2);
    assertThat(points.reasons()).isEmpty();
    assertThat(bucket.store.calls()).noneMatch(call -> call.key().equals(bucket.recordKey(0)));
  }

  @Test
  void shouldListWhatIsUsableWhenARestorePointIsBroken() {
    // given
    bucket.publishFull(0);
    bucket.publishIncrement(1, 0);
    bucket.publishFull(2);
    bucket.plant(
        bucket.manifestKey(1),
        bucket.text(bucket.manifestKey(1)).replace(Bucket.id(0).value(), "gone"));

    // when
    var list = bucket.repository.listRestorePoints();

    // then
    assertThat(list.points())
        .extracting(RestorePoint::backup)
        .containsExactly(backup(0), backup(2));
    assertThat(list.unusable()).hasSize(1);
    assertThat(list.unusable().getFirst().backup()).isEqualTo(backup(1));
    assertThat(list.unusable().getFirst().reason()).hasMessageContaining("gone");
  }

  @Test
  void shouldNameABackupWhoseManifestIsCutOff() {
    // given
    bucket.publishFull(0);
    bucket.publishFull(1);
    bucket.plant(bucket.manifestKey(1), bucket.text(bucket.manifestKey(1)).substring(0, 40));

    // then
    assertUnusable(bucket.repository.listRestorePoints(), 1, FailureKind.CORRUPT_BACKUP);
    assertThat(bucket.restorable()).containsExactly("night-0");
  }

  @Test
  void shouldNameABackupWhoseCheckpointTheIndexHasLost() {
    // given
    bucket.publishFull(0);
    var index = bucket.text(bucket.indexKey());
    bucket.publishIncrement(1, 0);
    bucket.withImages(bucket.increment(2, 1), 2);
    bucket.plant(bucket.indexKey(), index);
    bucket.plant(
        bucket.recordKey(2),
        bucket.text(bucket.recordKey(1)).replace(Bucket.id(1).value(), Bucket.id(2).value()));
    bucket.plant(
        bucket.root.key("checkpoints/orders/web-7/%s/checkpoint.json".formatted("x".repeat(300))),
        "");

    // then
    assertUnusable(bucket.repository.listRestorePoints(), 1, FailureKind.CHAIN_BROKEN);
  }

  @Test
  void shouldNameABackupWithAMissingImageOrAnUnreadableRecord() {
    // given
    bucket.publishFull(0);
    bucket.publishIncrement(1, 0);
    bucket.publishFull(2);
    bucket.publishFull(3);
    var lost = bucket.repository.restorePoint(backup(1)).latest().files().getFirst();
    bucket.store.remove(bucket.root.key(lost.objectPath()));
    bucket.plant(bucket.recordKey(2), "{");

    // when
    var list = bucket.repository.listRestorable();

    // then
    assertThat(list.points())
        .extracting(RestorePoint::backup)
        .containsExactly(backup(0), backup(3));
    assertThat(list.unusable())
        .extracting(unusable -> unusable.reason().kind())
        .containsExactly(FailureKind.CHAIN_BROKEN, FailureKind.CORRUPT_BACKUP);
    assertThat(list.reasons()).containsEntry(Bucket.id(0), FullReason.FIRST_BACKUP);
  }

  @Test
  void shouldFailToListWhatItCannotFetch() {
    // given
    bucket.publishFull(0);
    bucket.store.failFrom(1, call -> call.key().endsWith("checkpoint.json"));

    // then
    assertFails(
        () -> bucket.repository.listRestorable(), FailureKind.UNAVAILABLE, "failed on purpose");
  }

  @Test
  void shouldNotListBackupsThatOnlyTheIndexRemembers() {
    // given
    bucket.publishFull(0);
    bucket.plant(
        bucket.indexKey(),
        bucket
            .text(bucket.indexKey())
            .replace("\"night-0\"", "\"\", null, \"gone\", \"../x\", \"night-0\""));

    // then
    assertThat(bucket.restorable()).containsExactly("night-0");
  }

  private static BackupName backup(int day) {
    return Bucket.backup(day);
  }

  private static void assertUnusable(RestorePointList list, int day, FailureKind kind) {
    assertThat(list.unusable())
        .singleElement()
        .satisfies(
            unusable -> {
              assertThat(unusable.backup()).isEqualTo(backup(day));
              assertThat(unusable.reason().kind()).isEqualTo(kind);
            });
  }
}
