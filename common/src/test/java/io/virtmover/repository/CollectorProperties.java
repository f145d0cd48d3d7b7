// SPDX-License-Identifier: Apache-2.0
package io.virtmover.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.virtmover.domain.CheckpointName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.PartBody;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * What must hold whoever frees and writes at once, and wherever one of them stops. The grace period
 * is zero here: safety must not rest on it.
 */
class CollectorProperties {
  private static final int DAYS = 6;

  /** What an earlier run of the backup has left that is made at the same time. */
  enum Left {
    NOTHING,
    IMAGES,
    RECORD,
    INDEX
  }

  @Property(tries = 200)
  void aCollectorThatStopsLosesNothingAndTheNextOneEndsItsWork(
      @ForAll @IntRange(min = 1, max = 60) int request,
      @ForAll boolean takesEffect,
      @ForAll @IntRange(max = (1 << DAYS) - 1) int removed) {
    // given
    var bucket = withSixDays();
    var twin = withSixDays();
    var stay = new ArrayList<String>();
    for (var day = 0; day < DAYS; day++) {
      if ((removed & 1 << day) == 0) {
        stay.add("night-" + day);
      } else {
        remove(bucket, day);
        remove(twin, day);
      }
    }
    collect(twin);
    if (takesEffect) {
      bucket.store.loseAnswersFrom(request, _ -> true);
    } else {
      bucket.store.failFrom(request, _ -> true);
    }

    // when
    var _ = catchThrowable(() -> collect(bucket));
    bucket.store.behave();

    // then
    assertThat(bucket.restorableOrFail()).isEqualTo(stay);

    // when
    collect(bucket);

    // then
    assertThat(bucket.restorableOrFail()).isEqualTo(stay);
    assertThat(folders(bucket)).isEqualTo(expected(removed));

    // when: the run that stopped cannot be at work any more
    collect(bucket, 22);

    // then
    assertThat(bucket.restorableOrFail()).isEqualTo(stay);
    assertThat(bucket.store.keys()).isEqualTo(twin.store.keys());
    assertThat(bucket.store.openUploads("")).isEmpty();
    assertThat(folders(bucket)).isEqualTo(expected(removed));
  }

  @Property(tries = 400)
  void aBackupThatEndsWellIsThereWhateverIsFreedMeanwhile(
      @ForAll long seed,
      @ForAll Left left,
      @ForAll boolean isFirst,
      @ForAll boolean isIncrement,
      @ForAll @IntRange(max = 3) int removed,
      @ForAll @IntRange(min = 1, max = 2) int collectors) {
    // given
    var bucket = new Bucket();
    if (!isFirst) {
      bucket.backUp(bucket.full(0), 0);
      bucket.backUp(bucket.increment(1, 0), 1);
    }
    var record = isIncrement && !isFirst ? bucket.increment(2, 1) : bucket.full(2);
    leave(bucket, record, left);
    var works = new ArrayList<Runnable>();
    works.add(() -> bucket.backUp(record, 2));
    for (var i = 0; i < collectors; i++) {
      works.add(
          () -> {
            for (var day = 0; day < 2; day++) {
              if ((removed & 1 << day) != 0) {
                remove(bucket, day);
              }
            }
            collect(bucket);
          });
    }

    // when
    var ends = Turns.run(bucket.store, seed, works);

    // then
    var backup = ends.getFirst();
    assertThat(ends.subList(1, ends.size()))
        .allSatisfy(
            end ->
                assertThat(end.map(CollectorProperties::kindOf))
                    .isIn(Optional.empty(), Optional.of(FailureKind.CONFLICT)));
    backup.ifPresent(
        failure ->
            assertThat(kindOf(failure)).isIn(FailureKind.CONFLICT, FailureKind.CHAIN_BROKEN));
    for (var again = 0; again < 2; again++) {
      var list = bucket.repository.listRestorable();
      var usable = list.points().stream().map(point -> point.backup().value()).toList();
      if (backup.isEmpty()) {
        assertThat(usable).contains("night-2");
        assertThat(list.unusable()).isEmpty();
      }
      for (var day = 0; day < 2; day++) {
        if (!isFirst && (removed & 1 << day) == 0) {
          assertThat(usable).contains("night-" + day);
        }
      }
      collect(bucket, 22);
    }
    if ((isFirst || removed == 3) && bucket.store.peek(bucket.manifestKey(2)).isEmpty()) {
      assertThat(bucket.repository.objects()).isEmpty();
    }
  }

  @Property(tries = 150)
  void nothingIsLostAndNothingStaysInAnyHistory(@ForAll long seed) {
    // given
    var die = new Random(seed);
    var bucket = new Bucket();
    var there = new TreeSet<Integer>();
    for (var day = 0; day < 12; day++) {
      // when
      var record = next(bucket, day, die.nextInt(4) == 0);
      if (die.nextInt(4) == 0) {
        bucket.store.failFrom(1 + die.nextInt(16), _ -> true);
      }
      var today = day;
      var failure = catchThrowable(() -> bucket.backUp(record, today));
      bucket.store.behave();
      if (failure == null || bucket.store.peek(bucket.manifestKey(day)).isPresent()) {
        there.add(day);
      }
      if (!there.isEmpty() && die.nextInt(2) == 0) {
        var gone = List.copyOf(there).get(die.nextInt(there.size()));
        remove(bucket, gone);
        there.remove(gone);
      }
      if (die.nextInt(3) == 0) {
        bucket.store.failFrom(1 + die.nextInt(30), _ -> true);
      }
      var _ = catchThrowable(() -> collect(bucket));
      bucket.store.behave();

      // then
      assertThat(new TreeSet<>(bucket.restorableOrFail()))
          .isEqualTo(new TreeSet<>(there.stream().map(one -> "night-" + one).toList()));
    }

    // when
    there.forEach(day -> remove(bucket, day));
    collect(bucket, 22);

    // then
    assertThat(bucket.repository.objects()).isEmpty();
  }

  private static CheckpointRecord next(Bucket bucket, int day, boolean isFull) {
    var latest = bucket.repository.readIndex().latest();
    for (var before = day - 1; before >= 0 && !isFull; before--) {
      if (latest.map(CheckpointEntry::id).equals(Optional.of(Bucket.id(before)))) {
        return bucket.increment(day, before);
      }
    }
    return bucket.full(day);
  }

  /** A full with three increments, a full with one, and what failed backups leave. */
  private static Bucket withSixDays() {
    var bucket = new Bucket();
    bucket.backUp(bucket.full(0), 0);
    bucket.backUp(bucket.increment(1, 0), 1);
    bucket.backUp(bucket.increment(2, 1), 2);
    bucket.backUp(bucket.increment(3, 2), 3);
    bucket.backUp(bucket.full(4), 4);
    bucket.backUp(bucket.increment(5, 4), 5);
    leave(bucket, bucket.increment(7, 5), Left.RECORD);
    var upload =
        bucket.store.createMultipart(
            bucket.root.key(bucket.full(8).disks().getFirst().objectPath()), Map.of());
    bucket.store.uploadPart(upload, 1, PartBody.of(new byte[5]));
    return bucket;
  }

  /** The checkpoints that have to be there, said in another way than the collector does. */
  private static List<CheckpointName> expected(int removed) {
    var needed = new TreeSet<CheckpointName>();
    for (var day = 0; day < DAYS; day++) {
      if ((removed & 1 << day) == 0) {
        for (var at = day; at >= (day < 4 ? 0 : 4); at--) {
          needed.add(Bucket.id(at));
        }
      }
    }
    if (!needed.isEmpty()) {
      needed.addAll(List.of(Bucket.id(4), Bucket.id(5)));
    }
    return List.copyOf(needed);
  }

  private static void leave(Bucket bucket, CheckpointRecord record, Left left) {
    var stop =
        switch (left) {
          case NOTHING -> Optional.<String>empty();
          case IMAGES -> Optional.of("checkpoint.json");
          case RECORD -> Optional.of("index.json");
          case INDEX -> Optional.of("manifests/night-2");
        };
    stop.ifPresent(
        key -> {
          bucket.store.failFrom(1, call -> call.kind().isWrite() && call.key().contains(key));
          var _ = catchThrowable(() -> bucket.backUp(record, left == Left.RECORD ? 7 : 2));
          bucket.store.behave();
        });
  }

  private static void remove(Bucket bucket, int day) {
    var _ =
        new BackupRemoval(bucket.store, bucket.root, Bucket.clockAt(20))
            .remove(Bucket.backup(day), bucket.repository.vm(), Instant.MAX);
  }

  private static void collect(Bucket bucket) {
    collect(bucket, 20);
  }

  private static void collect(Bucket bucket, int day) {
    var settings = new Collector.Settings(Duration.ZERO, false);
    var _ =
        new Collector(bucket.repository, settings, Bucket.clockAt(day))
            .collect(bucket.manifestKeys());
  }

  private static List<CheckpointName> folders(Bucket bucket) {
    return List.copyOf(VmFolder.read(bucket.repository).checkpoints().keySet());
  }

  private static FailureKind kindOf(Throwable failure) {
    assertThat(failure).isInstanceOf(VirtMoverException.class);
    return ((VirtMoverException) failure).kind();
  }
}
