// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.StoreCall;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublisherTest {
  private final Bucket bucket = new Bucket();

  @Test
  void shouldWriteInTheOrderThatLetsNothingReferToWhatIsNotThere() {
    // given
    bucket.publishFull(0);
    var record = bucket.withImages(bucket.increment(1, 0), 1);
    var seen = bucket.repository.readIndexDocument();
    bucket.store.forgetCalls();

    // when
    bucket.publish(record, 1, seen);

    // then
    var folder = bucket.root.key(RepositoryRoot.checkpointFolder(Bucket.VM, Bucket.id(1)));
    assertThat(bucket.store.calls().getLast())
        .isEqualTo(new StoreCall(6, StoreCall.Kind.GET, bucket.indexKey()));
    var calls = bucket.store.calls().subList(0, 5);
    assertThat(calls).allMatch(call -> call.kind() == StoreCall.Kind.PUT);
    var keys = calls.stream().map(StoreCall::key).toList();
    assertThat(keys.subList(0, 2))
        .containsExactlyInAnyOrder(folder + "checkpoint.json", folder + "vmbt.json");
    assertThat(keys.subList(2, keys.size()))
        .containsExactly(
            bucket.indexKey(),
            bucket.root.key("manifests/night-1/index.json"),
            bucket.manifestKey(1));
  }

  @Test
  void shouldNeedNoMoreThanTenRequestsBesideTheImage() {
    // given
    bucket.publishFull(0);
    var record = bucket.withImages(bucket.increment(1, 0), 1);
    bucket.store.forgetCalls();

    // when
    var seen = bucket.repository.readIndexDocument();
    bucket.check(record, 1, seen);
    bucket.repository.checkChain(seen.index().chainOf(Bucket.id(0)), bucket.repository.objects());
    bucket.publish(record, 1, seen);

    // then
    assertThat(bucket.store.calls()).hasSize(10);
  }

  @Test
  void shouldPublishInASecondRunWhatADamagedListOfVmsHasStopped() {
    // given
    var list = bucket.root.key("manifests/night-0/index.json");
    bucket.plant(list, "{");
    var record = bucket.withImages(bucket.full(0), 0);

    // when
    assertFails(() -> bucket.publish(record, 0), FailureKind.CORRUPT_BACKUP, list);

    // then
    assertThat(bucket.restorable()).isEmpty();
    bucket.store.remove(list);
    bucket.publish(record, 0);
    assertThat(bucket.restorable()).containsExactly("night-0");
  }

  @Test
  void shouldNameTheBackupAlongTheWholeChain() {
    // when
    bucket.publishFull(0);
    bucket.publishIncrement(1, 0);
    bucket.publishIncrement(2, 1);
    bucket.publishFull(3);

    // then
    assertThat(bucket.repository.readIndex().checkpoints())
        .extracting(CheckpointEntry::referencedBy)
        .containsExactly(
            List.of("night-0", "night-1", "night-2"),
            List.of("night-1", "night-2"),
            List.of("night-2"),
            List.of("night-3"));
  }

  @Test
  void shouldKeepWhatOthersPutIntoTheIndex() {
    // given
    bucket.publishFull(0);
    bucket.plant(
        bucket.indexKey(),
        bucket
            .text(bucket.indexKey())
            .replaceFirst("\\{", "{\"note\": {\"a\": 1.50},")
            .replace("\"vmBackup\"", "\"Superseded\": true, \"VMBackup\"")
            .replace("\"diskName\"", "\"seal\": \"<x>\", \"DISKNAME\""));

    // when
    bucket.publishIncrement(1, 0);

    // then
    assertThat(bucket.text(bucket.indexKey()))
        .contains("\"a\": 1.50", "\"Superseded\": true", "\"seal\": \"\\u003cx\\u003e\"")
        .contains("\"diskName\": \"rootdisk\"")
        .doesNotContain("DISKNAME", "VMBackup");
  }

  @Test
  void shouldRefuseAnIncrementThatDoesNotBuildOnTheLatest() {
    // given
    bucket.publishFull(0);
    bucket.publishFull(1);
    var record = bucket.withImages(bucket.increment(2, 0), 2);
    var index = bucket.text(bucket.indexKey());

    // then
    assertFails(() -> bucket.publish(record, 2), FailureKind.CHAIN_BROKEN, "the latest is");
    assertThat(bucket.text(bucket.indexKey())).isEqualTo(index);
    assertThat(bucket.store.keys()).doesNotContain(bucket.recordKey(2));
  }

  @Test
  void shouldRefuseAnIncrementWhoseParentWasDeletedMeanwhile() {
    // given
    bucket.publishFull(0);
    var seen = bucket.repository.readIndexDocument();
    var record = bucket.withImages(bucket.increment(1, 0), 1);
    bucket.store.remove(bucket.indexKey());

    // then
    assertFails(() -> bucket.publish(record, 1, seen), FailureKind.CONFLICT, "(none)");
    assertThat(bucket.restorable()).isEmpty();
  }

  @Test
  void shouldRefuseACheckpointNameThatWasUsedForSomethingElse() {
    // given
    bucket.publishFull(0);
    var other = bucket.record(0, BackupType.FULL, Optional.empty(), "another print");

    // then
    assertFails(() -> bucket.publish(other, 0), FailureKind.CONFLICT, "attempt-0");
    assertThat(bucket.restorable()).containsExactly("night-0");
  }

  @Test
  void shouldRefuseARecordWhoseImageIsOfTheSameSizeButAnotherVersion() {
    // given
    var record = bucket.withImages(bucket.full(0), 0);
    bucket.publish(record, 0);
    var disk = record.disks().getFirst();
    var other =
        bucket.withDisk(
            record,
            new CheckpointRecord.Disk(
                disk.volume(),
                disk.type(),
                disk.pvc(),
                disk.pvcUid(),
                disk.virtualSize(),
                disk.clusterSize(),
                disk.fileName(),
                disk.objectPath(),
                disk.objectSize(),
                "\"another version\"",
                disk.dataBytes(),
                disk.zeroBytes(),
                disk.source(),
                disk.fingerprint(),
                disk.extents()));

    // then
    assertFails(() -> bucket.publish(other, 0), FailureKind.CONFLICT, "attempt-0");
  }

  @Test
  void shouldRefuseABackupNameThatAnotherVmTook() {
    // given
    var one = new Bucket(new VmRef("a", "b-c"), bucket.store);
    var two = new Bucket(new VmRef("a-b", "c"), bucket.store);
    one.publishFull(0);

    // then
    assertFails(() -> two.check(two.full(0), 0), FailureKind.CONFLICT, "a/b-c");
    assertFails(() -> two.publishFull(0), FailureKind.CONFLICT, "a/b-c");
    assertThat(one.restorable()).containsExactly("night-0");
    assertThat(two.restorable()).isEmpty();
  }

  @Test
  void shouldSayBeforeAnyDataMovesThatANameIsTaken() {
    // given
    bucket.publishFull(0);
    bucket.publishIncrement(1, 0);

    // then
    assertFails(
        () -> bucket.check(bucket.named(bucket.increment(2, 1), Bucket.backup(1)), 2),
        FailureKind.CONFLICT,
        "a backup's name is never used twice");
    assertFails(
        () -> bucket.check(bucket.named(bucket.full(1), Bucket.backup(2)), 2),
        FailureKind.CONFLICT,
        "a checkpoint's name is never used twice");
    assertFails(
        () -> bucket.check(bucket.increment(2, 0), 2), FailureKind.CHAIN_BROKEN, "the latest is");
    assertFails(
        () -> bucket.check(bucket.increment(2, 9), 2),
        FailureKind.CHAIN_BROKEN,
        "the index does not have");
  }

  @Test
  void shouldLetTheNextIncrementGoOnAfterABackupThatEndedBetweenIndexAndManifest() {
    // given
    bucket.publishFull(0);
    var failed = bucket.withImages(bucket.increment(1, 0), 1);
    bucket.store.failFrom(1, call -> call.key().contains("manifests/"));
    assertFails(() -> bucket.publish(failed, 1), FailureKind.UNAVAILABLE, "on purpose");
    bucket.store.behave();
    var publisher =
        Publisher.of(
            bucket.repository, bucket.repository.readIndexDocument(), Bucket.clockAt(1), false);
    assertThat(publisher.visible(Bucket.backup(1), Bucket.id(1)))
        .isEqualTo(Publisher.Visible.CHECKPOINT);

    // when
    bucket.publishIncrement(2, 0);
    bucket.publishIncrement(3, 2);

    // then
    assertThat(bucket.restorable()).containsExactly("night-0", "night-2", "night-3");
    assertThat(index().chainOf(Bucket.id(3)).names())
        .containsExactly(Bucket.id(0), Bucket.id(2), Bucket.id(3));

    // when
    bucket.publish(failed, 1);

    // then
    assertThat(bucket.restorable()).containsExactly("night-0", "night-1", "night-2", "night-3");
  }

  @Test
  void shouldNotRelyOnAnIndexThatWasReadBeforeTheDataMoved() {
    // given
    bucket.publishFull(0);
    var older = bucket.text(bucket.indexKey());
    var record = bucket.withImages(bucket.increment(1, 0), 1);
    bucket.publish(record, 1);
    var seen = bucket.repository.readIndexDocument();

    // when: another product writes the copy it had
    bucket.plant(bucket.indexKey(), older);

    // then
    assertFails(() -> bucket.publish(record, 1, seen), FailureKind.CONFLICT, "by another backup");
  }

  @ParameterizedTest
  @ValueSource(strings = {"record", "index"})
  void shouldRefuseWhatACollectorHasFreedBetweenTwoLooksAtAnIndexThatIsNotThere(String before) {
    // given: images of an earlier run, which the collector frees before a document is written
    var record = bucket.withImages(bucket.full(0), 0);
    var key = before.equals("record") ? bucket.recordKey(0) : bucket.indexKey();
    var isFreed = new AtomicBoolean();
    bucket.store.before(
        call -> {
          var isWritten = call.kind() == StoreCall.Kind.PUT && call.key().equals(key);
          if (isWritten && !isFreed.getAndSet(true)) {
            var settings = new Collector.Settings(Duration.ZERO, false);
            var _ =
                new Collector(bucket.repository, settings, Bucket.clockAt(30))
                    .collect(bucket.manifestKeys());
          }
        });

    // then
    assertFails(() -> bucket.publish(record, 0), FailureKind.CONFLICT, "is being removed");
    assertThat(isFreed).isTrue();
    assertThat(bucket.store.peek(bucket.manifestKey(0))).isEmpty();
  }

  @Test
  void shouldTellWhenTheIndexHasLostABackup() {
    // given: another product writes the copy it had, after the manifest
    bucket.publishFull(0);
    var older = bucket.text(bucket.indexKey());
    var record = bucket.withImages(bucket.increment(1, 0), 1);
    bucket.store.after(
        call -> {
          if (call.kind() == StoreCall.Kind.PUT && call.key().equals(bucket.manifestKey(1))) {
            bucket.plant(bucket.indexKey(), older);
          }
        });

    // when
    assertFails(() -> bucket.publish(record, 1), FailureKind.CONFLICT, "taken out of the index");

    // then
    var publisher =
        Publisher.of(
            bucket.repository, bucket.repository.readIndexDocument(), Bucket.clockAt(1), false);
    assertThat(publisher.visible(Bucket.backup(1), Bucket.id(1)))
        .isEqualTo(Publisher.Visible.MANIFEST);
    assertThat(publisher.visible(Bucket.backup(0), Bucket.id(0)))
        .isEqualTo(Publisher.Visible.BACKUP);
  }

  private VmIndex index() {
    return bucket.repository.readIndex();
  }

  @Test
  void shouldNotReplaceAnIndexItCannotRead() {
    // given
    bucket.publishFull(0);
    var seen = bucket.repository.readIndexDocument();
    bucket.plant(bucket.indexKey(), "{\"checkpoints\": [");
    var record = bucket.withImages(bucket.increment(1, 0), 1);

    // then
    assertFails(() -> bucket.publish(record, 1, seen), FailureKind.CORRUPT_BACKUP, "rebuild-index");
    assertThat(bucket.text(bucket.indexKey())).isEqualTo("{\"checkpoints\": [");
  }

  @Test
  void shouldNotReplaceAListOfVmsItCannotRead() {
    // given
    var list = bucket.root.key(RepositoryRoot.backupIndexPath(Bucket.backup(0)));
    bucket.plant(list, "{\"vms\": {}}");

    // then
    assertFails(() -> bucket.publishFull(0), FailureKind.CORRUPT_BACKUP, "vms is not an array");
    assertThat(bucket.text(list)).isEqualTo("{\"vms\": {}}");
  }

  @Nested
  class GivenAStoreWithoutConditionalWrites {
    private final Bucket bucket =
        new Bucket(Bucket.VM, new InMemoryObjectStore(Bucket.clockAt(0)).ignoringConditions());

    @Test
    void whenNobodyVouchesForTheOnlyWriter_thenNothingIsWritten() {
      assertFails(() -> bucket.publishFull(0), FailureKind.UNSUPPORTED, "--single-writer");
      assertThat(bucket.store.keys()).noneMatch(key -> key.endsWith(".json"));
      assertThat(bucket.store.keys()).noneMatch(key -> key.contains("probe"));
      assertThat(bucket.store.openUploads("")).isEmpty();
    }

    @Test
    void whenMultipartFailsInAnotherWay_thenTheCallerMayStillVouch() {
      bucket.store.failFrom(1, call -> call.kind() == StoreCall.Kind.CREATE_MULTIPART);
      publish(bucket.withImages(bucket.full(0), 0));
      assertThat(bucket.restorable()).containsExactly("night-0");
    }

    @Test
    void whenConditionsAreRefused_thenTheOtherTrialEndsAndLeavesNothing() {
      // given
      var refuses = new Bucket(Bucket.VM, new InMemoryObjectStore(Bucket.clockAt(0)));
      var refused = new AtomicBoolean();
      refuses.store.before(
          call -> {
            if (call.kind() == StoreCall.Kind.PUT && !refused.getAndSet(true)) {
              throw new VirtMoverException(FailureKind.UNSUPPORTED, "501");
            }
          });

      // when
      assertFails(() -> refuses.publishFull(0), FailureKind.UNSUPPORTED, "--single-writer");

      // then
      assertThat(refuses.store.keys()).noneMatch(key -> key.contains("probe"));
      assertThat(refuses.store.openUploads("")).isEmpty();
    }

    @Test
    void whenTheCallerIsTheOnlyWriter_thenBackupsArePublished() {
      // when
      publish(bucket.withImages(bucket.full(0), 0));
      publish(bucket.withImages(bucket.increment(1, 0), 1));
      publish(bucket.increment(1, 0));

      // then
      assertThat(bucket.restorable()).containsExactly("night-0", "night-1");
    }

    @Test
    void whenThereIsAnotherWriterAfterAll_thenItIsNoticed() {
      // given
      publish(bucket.withImages(bucket.full(0), 0));
      var planted = new boolean[1];
      bucket.store.after(
          call -> {
            if (call.kind() == StoreCall.Kind.PUT
                && call.key().equals(bucket.indexKey())
                && !planted[0]) {
              planted[0] = true;
              bucket.plant(
                  bucket.indexKey(), "{\"checkpoints\": [{\"id\": \"x\", \"type\": \"Full\"}]}");
            }
          });
      var record = bucket.withImages(bucket.increment(1, 0), 1);

      // then
      assertFails(() -> publish(record), FailureKind.CONFLICT, "Checkpoint x");
    }

    private void publish(CheckpointRecord record) {
      var seen = bucket.repository.readIndexDocument();
      Publisher.of(bucket.repository, seen, Bucket.clockAt(0), true).publish(record, seen);
    }
  }

  @Test
  void shouldProbeTheStoreOnlyOncePerVm() {
    // given
    bucket.publishFull(0);
    var seen = bucket.repository.readIndexDocument();
    bucket.store.forgetCalls();

    // when
    var publisher = Publisher.of(bucket.repository, seen, Bucket.clockAt(1), false);

    // then
    assertThat(publisher.store()).isSameAs(bucket.store);
    assertThat(bucket.store.calls()).isEmpty();
  }
}
