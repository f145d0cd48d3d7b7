// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.domain.FullReason;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The chain of each disk, as records and index tell it together. */
class CheckpointFactsTest {
  private static final String ROOT = "rootdisk";
  private static final String DATA = "data-disk-1";

  private final Bucket bucket = new Bucket();
  private final AtomicInteger reads = new AtomicInteger();
  private final CheckpointFacts facts =
      new CheckpointFacts(
          checkpoint -> {
            reads.incrementAndGet();
            return bucket.recordOf(checkpoint);
          });

  @Test
  void givenADiskThatWasReadWhole_whenAskedForItsImages_thenItNeedsNoneBelow() {
    // given
    bucket.publishFull(0);
    publish(bucket.withWhole(bucket.increment(1, 0), ROOT), 1);
    bucket.publishIncrement(2, 1);

    // then
    assertThat(images(2, ROOT))
        .containsExactly("vmb-du-night-1-rootdisk.qcow2", "vmb-du-night-2-rootdisk.qcow2");
    assertThat(images(2, DATA)).hasSize(3);
    assertThat(reads).hasValue(3);
    assertThat(facts.reasons()).containsEntry(Bucket.id(0), FullReason.FIRST_BACKUP);
  }

  @Test
  void givenADiskThatCameLater_whenAskedForItsImages_thenTheyBeginThere() {
    // given
    publish(bucket.withDisks(bucket.full(0), DATA), 0);
    publish(bucket.withWhole(bucket.increment(1, 0), ROOT), 1);
    publish(bucket.withDisks(bucket.increment(2, 1), ROOT), 2);

    // then
    assertThat(bucket.repository.restorePoint(Bucket.backup(2)).volumes()).containsExactly(ROOT);
    assertThat(images(2, ROOT)).hasSize(2);
    assertThat(bucket.repository.listRestorable().unusable()).isEmpty();
  }

  @Test
  void givenAnImageNobodyNeedsIsLost_whenListed_thenOnlyTheBackupsThatNeedItAreUnusable() {
    // given
    bucket.publishFull(0);
    publish(bucket.withWhole(bucket.increment(1, 0), ROOT), 1);
    bucket.store.remove(bucket.root.key(bucket.full(0).disks().getFirst().objectPath()));

    // when
    var list = bucket.repository.listRestorable();

    // then
    assertThat(list.points()).extracting(RestorePoint::backup).containsExactly(Bucket.backup(1));
    assertThat(list.unusable())
        .extracting(RestorePointList.Unusable::backup)
        .containsExactly(Bucket.backup(0));
  }

  @Test
  void givenADiskThatBuildsOnNothing_whenListed_thenItsBackupIsUnusable() {
    // given
    publish(bucket.withDisks(bucket.full(0), DATA), 0);
    bucket.publishIncrement(1, 0);

    // then
    assertThat(bucket.repository.listRestorable().unusable())
        .singleElement()
        .satisfies(
            unusable ->
                assertThat(unusable.reason()).hasMessageContaining("Disk rootdisk is missing"));
  }

  @Test
  void givenARecordThatCannotBeUsed_whenAskedAgain_thenItFailsAgainWithoutReading() {
    // given
    bucket.publishFull(0);
    bucket.plant(bucket.recordKey(0), "{");

    // then
    for (var time = 0; time < 2; time++) {
      assertThatThrownBy(() -> images(0, ROOT))
          .isInstanceOfSatisfying(
              VirtMoverException.class,
              e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP));
    }
    assertThat(reads).hasValue(1);
  }

  @Test
  void givenARecordOfAFullWithAnIncrement_whenRead_thenItContradictsItself() {
    // given
    bucket.publishFull(0);
    bucket.plant(
        bucket.recordKey(0),
        bucket
            .text(bucket.recordKey(0))
            .replace(
                "\"volume\": \"rootdisk\",",
                "\"volume\": \"rootdisk\", \"type\": \"Incremental\","));

    // then
    assertThatThrownBy(() -> images(0, ROOT)).hasMessageContaining("an increment in a full");
  }

  private void publish(CheckpointRecord record, int day) {
    bucket.publish(bucket.withImages(record, day), day);
  }

  private List<String> images(int day, String volume) {
    return bucket
        .repository
        .restorePoint(Bucket.backup(day))
        .imagesOf(new VolumeName(volume), facts::isWhole)
        .stream()
        .map(image -> image.file().fileName())
        .toList();
  }
}
