// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.domain.BackupType;
import io.virtmover.domain.CheckpointName;
import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.StoreCall;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectorTest {
  private static final Duration GRACE = Duration.ofHours(24);
  private static final Clock LATER = Bucket.clockAt(30);
  private static final Clock AFTER_GRACE = Bucket.clockAt(32);

  private final Bucket bucket = new Bucket();

  @Nested
  class GivenAFullWithFourIncrementsAndANewFull {
    @BeforeEach
    void backUp() {
      bucket.publishFull(0);
      for (var day = 1; day <= 4; day++) {
        bucket.publishIncrement(day, day - 1);
      }
      bucket.publishFull(5);
    }

    @Test
    void whenAllBackupsAreThere_thenNothingGoes() {
      // given
      var before = bucket.store.keys();
      var index = bucket.text(bucket.indexKey());

      // when
      var collected = collect();

      // then
      assertThat(collected.isNothing()).isTrue();
      assertThat(bucket.store.keys()).isEqualTo(before);
      assertThat(bucket.text(bucket.indexKey())).isEqualTo(index);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void whenAnEarlierBackupIsDeleted_thenAllThatOthersNeedStays(int day) {
      // when
      remove(day);
      var collected = collect();

      // then
      assertThat(collected.checkpoints()).isEmpty();
      assertThat(bucket.restorableOrFail()).doesNotContain("night-" + day).hasSize(5);
      assertThat(bucket.text(bucket.indexKey())).doesNotContain("\"night-%d\"".formatted(day));
    }

    @Test
    void whenTheEndOfTheOlderChainIsDeleted_thenOnlyItsCheckpointGoes() {
      // given
      var before = bytes();

      // when
      remove(4);
      var collected = collect();

      // then
      assertThat(collected.checkpoints()).containsExactly(Bucket.id(4));
      assertThat(collected.objects()).isEqualTo(4);
      assertThat(folders()).doesNotContain(Bucket.id(4)).hasSize(5);
      assertThat(bucket.restorableOrFail())
          .containsExactly("night-0", "night-1", "night-2", "night-3", "night-5");
      assertThat(before - bytes()).isGreaterThan(collected.bytes());
    }

    @Test
    void whenTheMiddleAndThenTheEndAreDeleted_thenBothGo() {
      // when
      remove(2);
      remove(3);
      collect();
      assertThat(folders()).hasSize(6);
      remove(4);
      collect();

      // then
      assertThat(folders()).containsExactly(Bucket.id(0), Bucket.id(1), Bucket.id(5));
      assertThat(bucket.restorableOrFail()).containsExactly("night-0", "night-1", "night-5");
    }

    @Test
    void whenTheLatestIsDeleted_thenItStaysForTheNextIncrementUntilTheLastBackupGoes() {
      // when
      remove(5);
      collect();

      // then
      assertThat(bucket.repository.readIndex().latest().orElseThrow().id()).isEqualTo(Bucket.id(5));
      bucket.publishIncrement(6, 5);
      assertThat(bucket.restorableOrFail()).contains("night-6");

      // when
      for (var day : List.of(6, 1, 0, 2, 4, 3)) {
        remove(day);
      }
      collect();
      var collected = collect(AFTER_GRACE, GRACE);

      // then
      assertThat(collected.isWholeVm()).isTrue();
      assertThat(bucket.store.keys()).isEmpty();
    }

    @Test
    void whenOnlyLooking_thenNothingChanges() {
      // given
      remove(4);
      var before = bucket.store.keys();
      bucket.store.forgetCalls();

      // when
      var collected = collector(bucket).look(bucket.manifestKeys());

      // then
      assertThat(collected.checkpoints()).containsExactly(Bucket.id(4));
      assertThat(bucket.store.keys()).isEqualTo(before);
      assertThat(bucket.store.calls()).noneMatch(call -> call.kind().isWrite());
    }

    @Test
    void whenADocumentCannotBeRead_thenNothingGoes() {
      // given
      remove(4);
      for (var key : List.of(bucket.indexKey(), bucket.manifestKey(1))) {
        var good = bucket.text(key);
        bucket.plant(key, "{\"checkpoints\": [");
        var before = bucket.store.keys();

        // then
        assertThatThrownBy(CollectorTest.this::collect)
            .isInstanceOfSatisfying(
                VirtMoverException.class,
                e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP))
            .hasMessageContaining(key);
        assertThat(bucket.store.keys()).isEqualTo(before);
        bucket.plant(key, good);
      }
    }

    @Test
    void whenTheIndexHasLostACheckpointThatABackupNeeds_thenItsObjectsStayAndItIsSaid() {
      // given
      bucket.store.remove(bucket.indexKey());

      // when
      var collected = collect();

      // then
      assertThat(collected.isNothing()).isTrue();
      assertThat(collected.lost()).hasSize(6);
      var _ = new IndexRebuilder(bucket.repository, LATER, false).rebuild();
      assertThat(bucket.restorableOrFail()).hasSize(6);
    }

    @Test
    void whenReferencesAreWrong_thenManifestsCount() {
      // given
      bucket.plant(
          bucket.indexKey(),
          bucket
              .text(bucket.indexKey())
              .replace("\"night-1\",", "\"\",")
              .replace("\"night-3\"", "\"gone\""));

      // when
      var collected = collect();

      // then
      assertThat(collected.checkpoints()).isEmpty();
      assertThat(bucket.repository.readIndex().find(Bucket.id(0)).orElseThrow().referencedBy())
          .containsExactlyInAnyOrder("night-0", "night-1", "night-2", "night-3", "night-4");
      assertThat(bucket.restorableOrFail()).hasSize(6);
    }
  }

  @Nested
  class GivenWhatBackupsHaveLeft {
    @BeforeEach
    void backUp() {
      bucket.publishFull(0);
    }

    @Test
    void whenABackupEndedBeforeItsIndex_thenItsObjectsGo() {
      // given
      bucket.withImages(bucket.increment(1, 0), 1);
      bucket.plant(bucket.recordKey(1), "whatever");

      // when
      var collected = collect();

      // then
      assertThat(collected.checkpoints()).containsExactly(Bucket.id(1));
      assertThat(folders()).containsExactly(Bucket.id(0));
      assertThat(bucket.text(bucket.indexKey())).doesNotContain(Freeing.KEY);
    }

    @Test
    void whenABackupEndedBeforeItsManifest_thenTheNextCanStillBuildOnItOrOnTheOneBefore() {
      // given
      bucket.store.failFrom(1, call -> call.key().equals(bucket.manifestKey(1)));
      var failed = bucket.withImages(bucket.increment(1, 0), 1);
      assertThatThrownBy(() -> bucket.publish(failed, 1)).hasMessageContaining("on purpose");
      bucket.store.behave();

      // when
      collect();
      bucket.publishIncrement(2, 0);
      var collected = collect();

      // then
      assertThat(collected.checkpoints()).containsExactly(Bucket.id(1));
      assertThat(bucket.restorableOrFail()).containsExactly("night-0", "night-2");
    }

    @Test
    void whenAnUploadWasAbandoned_thenItIsAborted() {
      // given
      var disk = bucket.increment(1, 0).disks().getFirst();
      for (var key : List.of(bucket.root.key(disk.objectPath()), bucket.indexKey())) {
        var upload = bucket.store.createMultipart(key, Map.of());
        bucket.store.uploadPart(upload, 1, PartBody.of(new byte[1000]));
      }

      // when
      var collected = collect();

      // then
      assertThat(collected.uploads()).isEqualTo(2);
      assertThat(collected.bytes()).isEqualTo(2000);
      assertThat(bucket.store.openUploads("")).isEmpty();
      assertThat(bucket.restorableOrFail()).containsExactly("night-0");
    }

    @Test
    void whenABackupIsUnderWay_thenNothingOfItGoesAndNothingItBuildsOn() {
      // given
      remove(0);
      var disk = bucket.increment(1, 0).disks().getFirst();
      var _ = bucket.store.createMultipart(bucket.root.key(disk.objectPath()), Map.of());

      // when
      var collected = collect(Bucket.clockAt(0), Duration.ofHours(1));

      // then
      assertThat(collected.isNothing()).isTrue();
      assertThat(bucket.store.openUploads("")).hasSize(1);
      assertThat(bucket.repository.readIndex().checkpoints()).hasSize(1);
    }

    @Test
    void whenTheLastBackupGoes_thenEverythingOfTheVmGoesAGracePeriodAfterThatWasFound() {
      // given
      remove(0);
      bucket.plant(bucket.indexKey() + ".unreadable-17", "{");

      // when
      var found = collect();

      // then
      assertThat(found.isNothing()).isTrue();
      assertThat(found.hasMore()).isTrue();
      assertThat(bucket.text(bucket.indexKey())).contains("\"referencedBy\": []");
      assertThat(collect(Bucket.clockAt(30), GRACE).hasMore()).isTrue();
      assertThat(bucket.repository.readIndex().checkpoints()).hasSize(1);

      // when
      var collected = collect(AFTER_GRACE, GRACE);

      // then
      assertThat(collected.isWholeVm()).isTrue();
      assertThat(collected.hasMore()).isFalse();
      assertThat(bucket.store.keys()).isEmpty();
      assertThat(Collector.vms(bucket.store, bucket.root)).isEmpty();
    }

    @Test
    void whenTheGoProjectEntersAnIncrementThatItBeganBefore_thenItsChainIsThere() {
      // given: it has read the index, then the last backup goes, and it moves data for an hour
      remove(0);
      collect();

      // when
      assertThat(bucket.repository.readIndex().latest().map(CheckpointEntry::id))
          .contains(Bucket.id(0));
      bucket.publishIncrement(1, 0);
      collect(AFTER_GRACE, GRACE);

      // then
      assertThat(bucket.restorableOrFail()).containsExactly("night-1");
    }

    @Test
    void whenTheGoProjectOverwritesTheIndexMeanwhile_thenNothingOfWhatItBroughtBackGoes() {
      // given: a backup of its own on the older chain, right before the first object goes
      bucket.publishFull(1);
      remove(0);
      var read = bucket.text(bucket.indexKey());
      var manifest = bucket.text(bucket.manifestKey(1));
      var looks = new AtomicInteger();
      bucket.store.before(
          call -> {
            if (call.kind() == StoreCall.Kind.GET
                && call.key().equals(bucket.indexKey())
                && looks.incrementAndGet() == 2) {
              bucket.plant(bucket.indexKey(), read);
              bucket.plant(
                  bucket.manifestKey(9),
                  manifest
                      .replace(Bucket.id(1).value(), Bucket.id(0).value())
                      .replace("night-1", "night-9"));
            }
          });

      // when
      var collected = collect();

      // then
      assertThat(looks).hasValueGreaterThan(2);
      assertThat(collected.objects()).isZero();
      assertThat(bucket.restorableOrFail()).containsExactly("night-9", "night-1");
    }

    @Test
    void whenManifestsWereListedBeforeAnOrphanGotOne_thenItStays() {
      // given: two backups since, whose entries another product lost; one is that product's
      var keys = bucket.manifestKeys();
      bucket.publishFull(1);
      bucket.publishFull(2);
      bucket.store.remove(bucket.recordKey(2));
      bucket.store.remove(bucket.indexKey());
      var before = bucket.store.keys();

      // when
      var collected = collector(bucket).collect(keys);

      // then
      assertThat(collected.isNothing()).isTrue();
      assertThat(collected.lost()).containsExactly(Bucket.id(0), Bucket.id(1), Bucket.id(2));
      assertThat(bucket.store.keys()).containsAll(before);
    }

    @Test
    void whenABucketHasManyVms_thenTheirManifestsAreNotListedAgain() {
      // given: more than two pages of them, in two backups
      bucket.publishFull(3);
      othersInBackups(1100, 0, 3);
      remove(0);
      var keys = bucket.manifestKeys();
      var before = bucket.store.calls().size();

      // when
      collector(bucket).collect(keys);

      // then
      assertThat(bucket.restorableOrFail()).containsExactly("night-3");
      assertThat(bucket.store.calls().subList(before, bucket.store.calls().size()))
          .filteredOn(call -> call.key().equals(bucket.root.key("manifests/")))
          .extracting(StoreCall::kind)
          .containsExactly(StoreCall.Kind.FOLDERS);
    }

    @Test
    void whenAnOldIndexHidesABackupInABucketOfManyVms_thenItStays() {
      // given
      bucket.publishFull(3);
      othersInBackups(1100, 0, 3);
      var manifest = bucket.text(bucket.manifestKey(0));
      remove(0);
      var keys = bucket.manifestKeys();
      bucket.plant(bucket.manifestKey(9), manifest.replace("\"night-0\"", "\"night-9\""));

      // when
      collector(bucket).collect(keys);

      // then
      assertThat(bucket.restorableOrFail()).containsExactly("night-9", "night-3");
    }

    @Test
    void whenManyBackupsDoNotHaveTheVm_thenTheyAreNotAskedOneByOne() {
      // given
      bucket.publishFull(3);
      for (var other = 10; other < 60; other++) {
        othersInBackups(1, other);
      }
      remove(0);
      var keys = bucket.manifestKeys();
      var before = bucket.store.calls().size();

      // when
      collector(bucket).collect(keys);

      // then
      assertThat(bucket.restorableOrFail()).containsExactly("night-3");
      assertThat(bucket.store.calls().subList(before, bucket.store.calls().size()))
          .noneMatch(call -> call.key().contains("/manifests/night-10/"))
          .anyMatch(
              call ->
                  call.kind() == StoreCall.Kind.LIST
                      && call.key().equals(bucket.root.key("manifests/")));
    }

    private void othersInBackups(int vms, int... backups) {
      for (var backup : backups) {
        for (var vm = 0; vm < vms; vm++) {
          bucket.plant(
              bucket.root.key(
                  RepositoryRoot.manifestPath(
                      Bucket.backup(backup), new VmRef("other", "vm-" + vm))),
              "{}");
        }
      }
    }

    @Test
    void whenAnOldIndexHidesABackupOfWhatGoes_thenItStays() {
      // given: no entry names night-9, and it came after the manifests were listed
      bucket.publishFull(3);
      var manifest = bucket.text(bucket.manifestKey(0));
      remove(0);
      var keys = bucket.manifestKeys();
      bucket.plant(bucket.manifestKey(9), manifest.replace("\"night-0\"", "\"night-9\""));

      // when
      collector(bucket).collect(keys);

      // then
      assertThat(bucket.restorableOrFail()).containsExactly("night-9", "night-3");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whenTheVmIsInUseMeanwhile_thenNoObjectGoes(int asked) {
      // given
      bucket.withImages(bucket.increment(1, 0), 1);
      var before = bucket.store.keys();
      var times = new AtomicInteger();

      // when
      var collected =
          collector(bucket).collect(bucket.manifestKeys(), () -> times.getAndIncrement() >= asked);

      // then
      assertThat(collected).isEmpty();
      assertThat(bucket.store.keys()).isEqualTo(before);
      assertThat(collector(bucket).collect(bucket.manifestKeys()).checkpoints())
          .containsExactly(Bucket.id(1));
    }

    @Test
    void whenTheIndexIsAboutToBeDeleted_thenAnotherCollectorLeavesTheVmAlone() {
      // given
      remove(0);
      collect();
      var others = new ArrayList<Collected>();
      bucket.store.before(
          call -> {
            if (call.kind() == StoreCall.Kind.DELETE
                && call.key().equals(bucket.indexKey())
                && others.isEmpty()) {
              bucket.withImages(bucket.full(2), 2);
              others.add(collect(Bucket.clockAt(32), Duration.ZERO));
            }
          });

      // when
      var collected = collect(Bucket.clockAt(32), GRACE);

      // then
      assertThat(collected.isWholeVm()).isTrue();
      assertThat(others)
          .singleElement()
          .satisfies(
              other -> {
                assertThat(other.isNothing()).isTrue();
                assertThat(other.hasMore()).isTrue();
              });
      assertThat(folders()).containsExactly(Bucket.id(2));
    }

    @Test
    void whenTheVmHasNoIndexAtAll_thenOrphansGo() {
      // given
      var other = new Bucket(new VmRef("orders", "web-8"), bucket.store);
      other.withImages(other.full(3), 3);
      assertThat(Collector.vms(bucket.store, bucket.root)).hasSize(2);

      // when
      collector(other).collect(other.manifestKeys());

      // then
      assertThat(Collector.vms(bucket.store, bucket.root)).containsExactly(Bucket.VM);
      assertThat(bucket.restorableOrFail()).containsExactly("night-0");
    }

    @Test
    void whenAnEarlierRunWasAboutToTakeWhatIsNeededAfterAll_thenItIsPutBack() {
      // given: the collector stopped after its write of the index, then the manifest came
      var manifest = bucket.text(bucket.manifestKey(0));
      remove(0);
      bucket.publishFull(1);
      bucket.store.failFrom(1, call -> call.kind() == StoreCall.Kind.DELETE);
      assertThatThrownBy(CollectorTest.this::collect).hasMessageContaining("on purpose");
      bucket.store.behave();
      assertThat(bucket.repository.readIndex().checkpoints()).hasSize(1);
      bucket.plant(bucket.manifestKey(0), manifest);

      // when
      collect(Bucket.clockAt(32), GRACE);

      // then
      assertThat(bucket.restorableOrFail()).containsExactly("night-0", "night-1");
      assertThat(bucket.repository.readIndex().checkpoints())
          .extracting(CheckpointEntry::id)
          .containsExactly(Bucket.id(0), Bucket.id(1));
    }

    @Test
    void whenARebuildMeetsWhatIsBeingTakenAway_thenNoBackupComesBack() {
      // given
      remove(0);
      bucket.publishFull(1);
      bucket.store.failFrom(1, call -> call.kind() == StoreCall.Kind.DELETE);
      assertThatThrownBy(CollectorTest.this::collect).hasMessageContaining("on purpose");
      bucket.store.behave();

      // when
      var report = new IndexRebuilder(bucket.repository, LATER, false).rebuild();

      // then
      assertThat(report.recovered()).isEmpty();
      assertThat(bucket.restorableOrFail()).containsExactly("night-1");
    }

    @Test
    void whenABackupWantsToTakeOverWhatIsBeingTakenAway_thenItIsRefused() {
      // given
      var record = bucket.withImages(bucket.full(1), 1);
      bucket.store.failFrom(1, call -> call.kind() == StoreCall.Kind.DELETE);
      assertThatThrownBy(CollectorTest.this::collect).hasMessageContaining("on purpose");
      bucket.store.behave();

      // then
      assertThatThrownBy(() -> bucket.publish(record, 1)).hasMessageContaining("is being removed");
    }
  }

  @Test
  void shouldNotTouchAnotherVmWhoseManifestsHaveTheSameKey() {
    // given
    var one = new Bucket(new VmRef("a", "b-c"), bucket.store);
    var two = new Bucket(new VmRef("a-b", "c"), bucket.store);
    one.publishFull(0);
    two.withImages(two.full(1), 1);

    // when
    collector(one).collect(one.manifestKeys());
    collector(two).collect(two.manifestKeys());
    var isRemoved = removal(two).remove(Bucket.backup(0), two.repository.vm(), Instant.MAX);

    // then
    assertThat(isRemoved).isFalse();
    assertThat(one.restorableOrFail()).containsExactly("night-0");
    assertThat(two.repository.objects()).isEmpty();
  }

  @Test
  void shouldFreeWhatTheGoProjectWrote() {
    // given
    var record = bucket.withImages(bucket.full(0), 0);
    bucket.publish(record, 0);
    bucket.store.remove(bucket.recordKey(0));
    bucket.plant(bucket.recordKey(0).replace("checkpoint.json", "vmb.json"), "{}");
    bucket.publishFull(1);
    bucket.plant(
        bucket.indexKey(), bucket.text(bucket.indexKey()).replace("\"night-0\"", "\"\", \"gone\""));
    bucket.store.remove(bucket.manifestKey(0));

    // when
    var collected = collect();

    // then
    assertThat(collected.checkpoints()).containsExactly(Bucket.id(0));
    assertThat(folders()).containsExactly(Bucket.id(1));
  }

  @Test
  void shouldRemoveABackupOfAllVms() {
    // given
    var other = new Bucket(new VmRef("orders", "web-8"), bucket.store);
    bucket.publishFull(0);
    other.publishFull(0);
    other.publishFull(1);

    var foreign = bucket.root.key("manifests/night-0/note.txt");
    bucket.plant(foreign, "of somebody else");

    // when
    var contents = removal(bucket).contents(Bucket.backup(0)).orElseThrow();
    removal(bucket).removeAll(contents);

    // then
    assertThat(contents.vms())
        .containsExactlyInAnyOrder(bucket.repository.vm(), other.repository.vm());
    assertThat(contents.others()).containsExactly(foreign);
    assertThat(bucket.store.keys())
        .filteredOn(key -> key.contains("manifests/night-0/"))
        .containsExactly(foreign);
    assertThat(removal(bucket).contents(Bucket.backup(0))).isEmpty();
    assertThat(other.restorableOrFail()).containsExactly("night-1");
  }

  @Test
  void shouldTakeAVmOutOfTheListOfItsBackup() {
    // given
    var other = new Bucket(new VmRef("orders", "web-8"), bucket.store);
    bucket.publishFull(0);
    other.publishFull(0);

    // when
    var isRemoved = removal(bucket).remove(Bucket.backup(0), bucket.repository.vm(), Instant.MAX);

    // then
    assertThat(isRemoved).isTrue();
    var list = bucket.root.key(RepositoryRoot.backupIndexPath(Bucket.backup(0)));
    assertThat(bucket.text(list)).contains("web-8").doesNotContain("web-7");
    assertThat(other.restorableOrFail()).containsExactly("night-0");
  }

  @Nested
  class GivenAStoreWithoutConditions {
    private final Bucket bucket =
        new Bucket(Bucket.VM, new InMemoryObjectStore(Bucket.clockAt(0)).ignoringConditions());

    @Test
    void whenNobodyVouches_thenNothingGoesAndWhenSomebodyDoesItGoes() {
      // given
      bucket.withImages(bucket.record(0, BackupType.FULL, Optional.empty(), "print"), 0);
      var before = bucket.store.keys();

      // then
      assertThatThrownBy(() -> collector(bucket).collect(bucket.manifestKeys()))
          .hasMessageContaining("--single-writer");
      assertThat(bucket.store.keys()).isEqualTo(before);

      // when
      new Collector(bucket.repository, new Collector.Settings(GRACE, true), LATER)
          .collect(bucket.manifestKeys());

      // then
      assertThat(bucket.store.keys()).isEmpty();
    }
  }

  private long bytes() {
    return bucket.store.keys().stream()
        .mapToLong(key -> bucket.store.peek(key).orElseThrow().length)
        .sum();
  }

  private List<CheckpointName> folders() {
    return List.copyOf(VmFolder.read(bucket.repository).checkpoints().keySet());
  }

  private void remove(int day) {
    assertThat(removal(bucket).remove(Bucket.backup(day), bucket.repository.vm(), Instant.MAX))
        .isTrue();
  }

  private Collected collect() {
    return collect(LATER, GRACE);
  }

  private Collected collect(Clock clock, Duration grace) {
    return new Collector(bucket.repository, new Collector.Settings(grace, false), clock)
        .collect(bucket.manifestKeys());
  }

  private static Collector collector(Bucket bucket) {
    return new Collector(bucket.repository, new Collector.Settings(GRACE, false), LATER);
  }

  private static BackupRemoval removal(Bucket bucket) {
    return new BackupRemoval(bucket.store, bucket.root, LATER);
  }
}
