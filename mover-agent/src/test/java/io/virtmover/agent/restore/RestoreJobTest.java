// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.backup.BackedUpVm;
import io.virtmover.agent.chain.StoredImages;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.progress.CountedProgress;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.objectstore.StoreCall.Kind;
import io.virtmover.transfer.Restore;
import io.virtmover.transfer.RestoreReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A full b0 of 8 MiB and an increment b1 on it, which hides the full's beginning. A restore works
 * through its small clusters in two windows of 4 MiB.
 */
class RestoreJobTest {
  private static final long SIZE = 8 << 20;
  private static final long WINDOW = 4 << 20;
  private static final int RANGE = 128 << 10;

  @TempDir private Path folder;
  private final BackedUpVm vm = new BackedUpVm();
  private final CountedProgress progress = new CountedProgress();
  private Path increment;

  @BeforeEach
  void backUp() {
    var full = StoredImages.create(folder.resolve("full"), "8M", "cluster_size=4k");
    QemuImg.io(full, "write -P 1 0 8M");
    increment =
        StoredImages.create(
            folder.resolve("increment"),
            "8M",
            "cluster_size=4k,backing_fmt=qcow2",
            "backing_file=" + full);
    QemuImg.io(increment, "write -P 2 0 64k");
    vm.backUp("b0", Optional.empty(), List.of(BackedUpVm.disk("d", BackupType.FULL, full)));
    vm.backUp(
        "b1", Optional.of("b0"), List.of(BackedUpVm.disk("d", BackupType.INCREMENTAL, increment)));
  }

  @ParameterizedTest
  @EnumSource
  void aReport_tellsWhatWasPutTogether(Restore.Engine engine) {
    // when
    var report = restore("b1", engine, RestoreJob.CHECKPOINT_EVERY);

    // then
    var wanted = folder.resolve("wanted");
    QemuImg.toRaw(increment, wanted);
    assertThat(target()).hasSameBinaryContentAs(wanted);
    assertThat(report.volume()).isEqualTo(new VolumeName("d"));
    assertThat(report.virtualSize()).isEqualTo(SIZE);
    assertThat(report.images()).isEqualTo(2);
    assertThat(report.resumedAt()).isZero();
    assertThat(report.verified()).isEqualTo(engine == Restore.Engine.NATIVE);
    if (engine == Restore.Engine.NATIVE) {
      assertThat(report.bytesFetched()).isBetween(SIZE, SIZE + (1 << 16));
      assertThat(report.bytesWritten()).isEqualTo(SIZE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'',    b1, ''",
    "b0,    b1, 1 of 2 images were written without checksums",
    "b0 b1, b1, 2 of 2 images were written without checksums",
    "b1,    b0, ''"
  })
  void imagesWithoutARecord_areToldToBeUnverified(String lost, String backup, String warning) {
    // given
    for (var without : lost.isEmpty() ? new String[0] : lost.split(" ")) {
      vm.store.remove(vm.recordKey(without));
    }

    // when
    var report = restore(backup, Restore.Engine.NATIVE, RestoreJob.CHECKPOINT_EVERY);

    // then
    assertThat(progress.warnings()).hasSize(warning.isEmpty() ? 0 : 1);
    assertThat(String.join("", progress.warnings())).startsWith(warning);
    assertThat(report.verified()).isEqualTo(warning.isEmpty());
  }

  /** Going on with other images would mix two states of the disk. */
  @ParameterizedTest
  @CsvSource({"b1, true", "b0, false"})
  void anInterruptedRestore_isGoneOnWithOnlyForTheSameImages(String next, boolean resumes) {
    // given: the store goes away after some of the reads
    var reads = new AtomicInteger();
    vm.store.before(
        call -> {
          if (call.kind() == Kind.GET_RANGE && reads.incrementAndGet() > 50) {
            throw new VirtMoverException(FailureKind.UNAVAILABLE, "away");
          }
        });
    assertThatThrownBy(() -> restore("b1", Restore.Engine.NATIVE, WINDOW)).hasMessage("away");
    vm.store.behave();

    // when
    var report = restore(next, Restore.Engine.NATIVE, WINDOW);

    // then
    assertThat(report.resumedAt()).isEqualTo(resumes ? WINDOW : 0);
    assertThat(report.bytesWritten() < SIZE).isEqualTo(resumes);
  }

  @Test
  void aBackupThatIsNotThere_leavesTheTargetAlone() {
    // then
    assertThatThrownBy(() -> restore("b9", Restore.Engine.NATIVE, WINDOW))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining("it has b0, b1");
    assertThat(target()).doesNotExist();
  }

  private RestoreReport restore(String backup, Restore.Engine engine, long markEvery) {
    var memory =
        engine == Restore.Engine.NATIVE ? OptionalLong.of(2 * RANGE) : OptionalLong.empty();
    var task = new Restore(new BackupName(backup), new VolumeName("d"), target(), engine, memory);
    return new RestoreJob(task, markEvery, vm.repository, progress).run();
  }

  private Path target() {
    return folder.resolve("restored");
  }
}
