// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.virtmover.domain.VmRef;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What must hold whenever a writer dies and whoever else writes. */
class PublisherProperties {
  @Property(tries = 120)
  void aCrashLeavesTheOldRestorePointsOrTheNewOne(
      @ForAll @IntRange(min = 1, max = 12) int request,
      @ForAll boolean takesEffect,
      @ForAll boolean isIncrement) {
    // given
    var bucket = new Bucket();
    bucket.publishFull(0);
    var record = bucket.withImages(isIncrement ? bucket.increment(1, 0) : bucket.full(1), 1);
    if (takesEffect) {
      bucket.store.loseAnswersFrom(request, _ -> true);
    } else {
      bucket.store.failFrom(request, _ -> true);
    }

    // when
    var crash = catchThrowable(() -> bucket.publish(record, 1));

    // then
    bucket.store.behave();
    assertThat(bucket.restorable()).isIn(List.of("night-0"), List.of("night-0", "night-1"));
    if (crash == null) {
      assertThat(bucket.restorable()).hasSize(2);
    }
    assertEverythingNamedIsThere(bucket);

    // when
    bucket.publish(record, 1);

    // then
    assertThat(bucket.restorable()).containsExactly("night-0", "night-1");
    assertThat(bucket.repository.readIndex().checkpoints()).hasSize(2);
    assertEverythingNamedIsThere(bucket);
  }

  @Property(tries = 60)
  void aRestartedAttemptDoesNotNeedTheSameRecord(
      @ForAll @IntRange(min = 1, max = 6) int write, @ForAll boolean takesEffect) {
    // given
    var bucket = new Bucket();
    bucket.publishFull(0);
    var record = bucket.withImages(bucket.increment(1, 0), 1);
    if (takesEffect) {
      bucket.store.loseAnswersFrom(write, call -> call.kind().isWrite());
    } else {
      bucket.store.failFrom(write, call -> call.kind().isWrite());
    }
    var _ = catchThrowable(() -> bucket.publish(record, 1));
    bucket.store.behave();

    // when
    var again =
        new CheckpointRecord(
            record.vm(),
            record.vmUid(),
            record.id(),
            record.type(),
            record.parent(),
            record.vmBackup(),
            "2026-03-02T05:00:00Z",
            record.backup(),
            record.reason(),
            record.chainDigest(),
            "attempt-1b",
            "0.2.0",
            record.disks());
    bucket.publish(again, 1);

    // then
    assertThat(bucket.restorable()).containsExactly("night-0", "night-1");
    var stored = bucket.repository.readRecord(Bucket.id(1)).orElseThrow();
    var listed = bucket.repository.readIndex().find(Bucket.id(1)).orElseThrow();
    assertThat(GoFormat.parseTime(listed.timestamp())).isEqualTo(stored.instant());
  }

  @Property(tries = 60)
  void ofTwoBackupsOfOneVmOneWinsAndTheOtherSaysSo(@ForAll long seed, @ForAll boolean isFirst) {
    // given
    var bucket = new Bucket();
    if (!isFirst) {
      bucket.publishFull(0);
    }
    var seen = bucket.repository.readIndexDocument();
    var one = bucket.withImages(isFirst ? bucket.full(1) : bucket.increment(1, 0), 1);
    var two = bucket.withImages(isFirst ? bucket.full(2) : bucket.increment(2, 0), 2);

    // when
    var ends =
        Turns.run(
            bucket.store,
            seed,
            List.of(() -> bucket.publish(one, 1, seen), () -> bucket.publish(two, 2, seen)));

    // then
    var winner = ends.getFirst().isEmpty() ? 1 : 2;
    var loser = 3 - winner;
    assertThat(ends.get(winner - 1)).isEmpty();
    assertThat(kindOf(ends.get(loser - 1))).isEqualTo(FailureKind.CONFLICT);
    assertThat(bucket.restorable()).contains("night-" + winner).doesNotContain("night-" + loser);
    assertThat(bucket.repository.readIndex().find(Bucket.id(loser))).isEmpty();
    assertEverythingNamedIsThere(bucket);
  }

  @Property(tries = 40)
  void twoAttemptsAtOneCheckpointBothSucceed(@ForAll long seed) {
    // given
    var bucket = new Bucket();
    var seen = bucket.repository.readIndexDocument();
    var record = bucket.withImages(bucket.full(1), 1);

    // when
    var ends =
        Turns.run(
            bucket.store,
            seed,
            List.of(() -> bucket.publish(record, 1, seen), () -> bucket.publish(record, 1, seen)));

    // then
    assertThat(ends).containsOnly(Optional.empty());
    assertThat(bucket.restorable()).containsExactly("night-1");
    assertThat(bucket.repository.readIndex().checkpoints()).hasSize(1);
  }

  @Property(tries = 15)
  void allVmsOfOneBackupEnterItsList(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int vms) {
    // given
    var store = new InMemoryObjectStore(Bucket.clockAt(0));
    var buckets = new ArrayList<Bucket>();
    var works = new ArrayList<Runnable>();
    for (var i = 0; i < vms; i++) {
      var bucket = new Bucket(new VmRef("orders", "web-" + i), store);
      buckets.add(bucket);
      works.add(() -> bucket.publishFull(0));
    }

    // when
    var ends = Turns.run(store, seed, works);

    // then
    assertThat(ends).containsOnly(Optional.empty());
    var list = buckets.getFirst().root.key(RepositoryRoot.backupIndexPath(Bucket.backup(0)));
    assertThat(GoJson.read(list, store.get(list, 1 << 20).orElseThrow().content(), "").get("vms"))
        .hasSize(vms);
    buckets.forEach(bucket -> assertThat(bucket.restorable()).containsExactly("night-0"));
  }

  private static void assertEverythingNamedIsThere(Bucket bucket) {
    var index = bucket.repository.readIndex();
    var objects = bucket.repository.objects();
    for (var checkpoint : index.checkpoints()) {
      bucket.repository.checkChain(index.chainOf(checkpoint.id()), objects);
      assertThat(bucket.repository.readRecord(checkpoint.id())).isPresent();
    }
  }

  private static FailureKind kindOf(Optional<Throwable> failure) {
    assertThat(failure).isPresent().get().isInstanceOf(VirtMoverException.class);
    return ((VirtMoverException) failure.orElseThrow()).kind();
  }
}
