// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.VmRef;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class VmRepositoryTest {
  private final Bucket bucket = new Bucket();

  @Test
  void shouldReadARestorePointLayerByLayer() {
    // given
    bucket.publishFull(0);
    bucket.publishIncrement(1, 0);

    // when
    var point = bucket.repository.restorePoint(Bucket.backup(1));

    // then
    assertThat(point.volumes()).containsExactly("data-disk-1", "rootdisk");
    assertThat(images(point, "rootdisk"))
        .extracting(image -> image.file().fileName())
        .containsExactly("vmb-du-night-0-rootdisk.qcow2", "vmb-du-night-1-rootdisk.qcow2");
  }

  @Test
  void shouldNameTheBackupsThereAreWhenOneIsUnknown() {
    // given
    bucket.publishFull(0);
    bucket.publishFull(1);

    // then
    assertFails(
        () -> bucket.repository.restorePoint(new BackupName("nightly")),
        FailureKind.INVALID_REQUEST,
        "it has night-0, night-1.");
  }

  @Test
  void shouldNameTheDisksThereAreWhenOneIsUnknown() {
    // given
    bucket.publishFull(0);
    var point = bucket.repository.restorePoint(Bucket.backup(0));

    // then
    assertFails(
        () -> images(point, "disk-1"), FailureKind.INVALID_REQUEST, "data-disk-1, rootdisk");
  }

  @Test
  void shouldNotTakeAnotherVmsManifest() {
    // given
    var one = new Bucket(new VmRef("a", "b-c"), bucket.store);
    var two = new Bucket(new VmRef("a-b", "c"), bucket.store);
    one.publishFull(0);

    // then
    assertFails(
        () -> two.repository.restorePoint(Bucket.backup(0)),
        FailureKind.INVALID_REQUEST,
        "it has none");
  }

  @Test
  void shouldFindTheVmsOfALocation() {
    // given
    bucket.publishFull(0);
    new Bucket(new VmRef("a", "b"), bucket.store).publishFull(0);
    bucket.plant(bucket.root.key("checkpoints/stray"), "");
    bucket.plant("other/checkpoints/x/y/index.json", "{}");

    // then
    assertThat(VmRepository.vms(bucket.store, bucket.root))
        .containsExactly(new VmRef("a", "b"), Bucket.VM);
  }

  @Test
  void shouldTellAMissingImageFromAShortOne() {
    // given
    bucket.publishFull(0);
    var chain = bucket.repository.readIndex().chainOf(Bucket.id(0));
    var image = bucket.root.key(chain.latest().files().getFirst().objectPath());
    bucket.plant(image, "short");

    // then
    assertFails(
        () -> bucket.repository.checkChain(chain, bucket.repository.objects()),
        FailureKind.CHAIN_BROKEN,
        image + " of checkpoint " + Bucket.id(0) + " is 5 bytes long instead of 29");

    // given
    bucket.store.remove(image);

    // then
    assertFails(
        () -> bucket.repository.checkChain(chain, bucket.repository.objects()),
        FailureKind.CHAIN_BROKEN,
        "is missing");
  }

  @Test
  void shouldNotTakeARecordThatWasCopiedFromElsewhere() {
    // given
    bucket.publishFull(0);
    bucket.plant(bucket.recordKey(1), bucket.text(bucket.recordKey(0)));

    // then
    assertFails(
        () -> bucket.repository.readRecord(Bucket.id(1)),
        FailureKind.CORRUPT_BACKUP,
        "describes checkpoint " + Bucket.id(0));
  }

  @Test
  void shouldReadASideObjectAgainAndAgain() {
    // given
    var disk = bucket.full(0).disks().getFirst();

    // then
    for (var time = 0; time < 2; time++) {
      var content = bucket.repository.readExtents(disk, 100);
      assertThat(content.remaining()).isEqualTo(3);
      content.position(3);
    }
  }

  @Nested
  class GivenAnIndexOfTheGoProject {
    @Test
    void whenItIsOld_thenItIsReadAllTheSame() throws Exception {
      // given
      plant("foreign-early");

      // when
      var point = bucket.repository.restorePoint(Bucket.backup(1));

      // then
      assertThat(point.chain().checkpoints())
          .extracting(CheckpointEntry::type)
          .containsExactly(BackupType.FULL, BackupType.INCREMENTAL);
      assertThat(images(point, "data-disk-1"))
          .extracting(image -> image.file().size())
          .containsExactly(700L, 70L);
      assertThat(images(point, "rootdisk")).hasSize(2);
      assertThat(bucket.repository.readRecord(Bucket.id(0))).isEmpty();
    }

    @Test
    void whenItIsRewritten_thenOnlyOurEntryIsNew() throws Exception {
      // given
      plant("foreign-early");
      var record = bucket.withImages(bucket.increment(2, 1), 2);

      // when
      bucket.publish(record, 2);

      // then
      var checkpoints = bucket.repository.readIndex().checkpoints();
      assertThat(checkpoints).hasSize(3);
      assertThat(checkpoints.getFirst().referencedBy()).containsExactly("night-0", "night-2");
      assertThat(checkpoints.getLast().parent()).contains(Bucket.id(1));
    }

    private void plant(String name) throws Exception {
      bucket.plant(bucket.indexKey(), resource(name + "-index.json"));
      bucket.plant(bucket.manifestKey(1), resource(name + "-manifest.json"));
    }

    private static String resource(String name) throws Exception {
      try (var in = VmRepositoryTest.class.getResourceAsStream("/golden/v1/" + name)) {
        if (in == null) {
          throw new IllegalStateException(name);
        }
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  private List<ChainImage> images(RestorePoint point, String volume) {
    return point.imagesOf(new VolumeName(volume), new CheckpointFacts(bucket::recordOf)::isWhole);
  }
}
