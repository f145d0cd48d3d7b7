// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.chain.StoredImages;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.progress.CountedProgress;
import io.virtmover.domain.BackupType;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.InMemoryObjectStore;
import io.virtmover.objectstore.StoreCall;
import io.virtmover.objectstore.StoreCall.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One disk of 1 MiB with one cluster of data: an image that is one request. */
class DiskBackupTest {
  private static final String KEY = "image.qcow2";
  private static final String SIDE = KEY + ".extents";
  private static final int CLUSTER = 1 << 16;

  /** How often an upload is tried. */
  private static final int TRIES = 4;

  @TempDir private Path folder;
  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final CountedProgress progress = new CountedProgress();
  private Path image;

  @BeforeEach
  void push() {
    image = BackedUpVm.pushed(folder.resolve("image"), 7, Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({"FULL, below, ZERO", "FULL, , HOLE", "INCREMENTAL, below, HOLE"})
  void whatTheSourceLeavesOut_hidesAParentOnlyIfAllWasRead(
      BackupType type, String backingName, ClusterStatus status) {
    assertThat(
            new DiskBackup.Destination(
                    KEY, SIDE, Optional.ofNullable(backingName), type, "attempt", false)
                .leftOut())
        .isEqualTo(status);
  }

  @Test
  void aDisk_isStoredAsAnImageThatQemuReads() throws Exception {
    // when
    var stored = backUp(false);

    // then
    var copy = folder.resolve("copy");
    Files.write(copy, store.peek(KEY).orElseThrow());
    QemuImg.check(copy);
    assertThat(stored.imageSize()).isEqualTo(store.peek(KEY).orElseThrow().length);
    assertThat(store.stat(KEY).orElseThrow().etag()).isEqualTo(stored.etag());
    assertThat(stored.dataBytes()).isEqualTo(stored.bytesRead()).isEqualTo(CLUSTER);
    assertThat(stored.reusedBytes()).isZero();
    assertThat(progress.advanced()).isEqualTo(progress.expected()).isEqualTo(CLUSTER);
  }

  @ParameterizedTest
  @CsvSource({"64k, true", "4k, false"})
  void aSmallSideObject_travelsInTheRecord_aLargerOneIsAnObject(String clusters, boolean inline) {
    // given
    image = StoredImages.create(folder.resolve("clusters"), "16M", "cluster_size=" + clusters);
    QemuImg.io(image, "write -P 7 0 8M");

    // when
    var stored = backUp(false);

    // then
    assertThat(stored.inlineExtents().isPresent()).isEqualTo(inline);
    assertThat(stored.extentsEtag()).isEqualTo(store.stat(SIDE).map(stat -> stat.etag()));
    assertThat(stored.extentsEtag().isPresent()).isNotEqualTo(inline);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theSameImageUnderItsName_isTakenOver(boolean present) {
    // given
    var first = backUp(false);

    // when
    var second = backUp(present);

    // then
    assertThat(second.etag()).isEqualTo(first.etag());
    assertThat(second.reusedBytes()).isEqualTo(second.imageSize());
    assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anImageOfOtherContentUnderItsName_isAConflictAndStays(boolean present) {
    // given
    backUp(false);
    var before = store.peek(KEY).orElseThrow();
    QemuImg.io(image, "write -P 8 0 64k");

    // then
    assertConflict(present, KEY);
    assertThat(store.peek(KEY)).hasValue(before);
  }

  @Test
  void whatTheStoreRefusesAndDoesNotShow_isTriedAFewTimes() {
    // given: an object that is there whenever it is written, and never when it is looked for
    store.before(call -> ifPut(call, () -> store.plant(KEY, new byte[1])));
    store.after(call -> ifPut(call, () -> store.remove(KEY)));

    // then
    assertConflict(false, "refuses image.qcow2 because it is there already");
    assertThat(store.count(Kind.PUT)).isEqualTo(TRIES);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, TRIES})
  void anImageThatAnyTryMeets_isCompared(int stays) {
    // given
    var stored = backUp(false);
    var same = store.peek(KEY).orElseThrow();
    store.remove(KEY);
    var tries = new AtomicInteger();
    store.before(call -> ifPut(call, () -> store.plant(KEY, same)));
    store.after(
        call ->
            ifPut(
                call,
                () -> {
                  if (tries.incrementAndGet() < stays) {
                    store.remove(KEY);
                  }
                }));

    // when
    var again = backUp(false);

    // then
    assertThat(again.etag()).isEqualTo(stored.etag());
    assertThat(again.reusedBytes()).isEqualTo(again.imageSize());
    assertThat(tries).hasValue(stays);
  }

  private static void ifPut(StoreCall call, Runnable then) {
    if (call.kind() == Kind.PUT && call.key().equals(KEY)) {
      then.run();
    }
  }

  private void assertConflict(boolean present, String words) {
    assertThatThrownBy(() -> backUp(present))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFLICT))
        .hasMessageContaining(words);
  }

  private StoredImage backUp(boolean present) {
    var destination =
        new DiskBackup.Destination(
            KEY, SIDE, Optional.empty(), BackupType.FULL, "attempt", present);
    var budget = MemoryBudget.of(OptionalLong.empty(), progress::warn);
    try (var source = PushSource.open(image, BackupType.FULL)) {
      return new DiskBackup(store, "d", source, destination, progress)
          .run(budget, budget.total(), 16);
    }
  }
}
