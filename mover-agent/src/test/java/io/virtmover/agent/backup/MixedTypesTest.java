// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.progress.Progress;
import io.virtmover.agent.restore.RestoreJob;
import io.virtmover.agent.verify.VerifyJob;
import io.virtmover.domain.BackupName;
import io.virtmover.domain.BackupType;
import io.virtmover.domain.VolumeName;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.repository.VmRepository;
import io.virtmover.transfer.BackUp;
import io.virtmover.transfer.BackUpReport;
import io.virtmover.transfer.Restore;
import io.virtmover.transfer.RestoreReport;
import io.virtmover.transfer.Subset;
import io.virtmover.transfer.Verify;
import io.virtmover.transfer.VerifyReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Increments with disks that were read whole: because their changes were not known, because they
 * are new, and disks that are gone. Images are the real qemu-img's, and so is the reader that
 * restores a chain as the Go project does: all of a disk's images, rebased and converted.
 */
class MixedTypesTest {
  private static final String LARGE = PushedVm.LARGE;
  private static final String SMALL = PushedVm.SMALL;

  private final Path folder;
  private final PushedVm vm;
  private final BackedUpVm bucket = new BackedUpVm();
  private final VmRepository repository = bucket.repository;

  MixedTypesTest(@TempDir Path folder) {
    this.folder = folder;
    this.vm = new PushedVm(folder);
  }

  @BeforeEach
  void push() throws IOException {
    vm.full("b0", 1);
    vm.increment("b0", "b1", 2);
    vm.full("whole", 3);
    vm.increment("whole", "b2", 4);
  }

  @Test
  void aDiskWhoseChangesAreNotKnown_isReadWholeAndHidesItsParent() throws IOException {
    // given
    backUp("b0", Optional.empty(), Map.of(LARGE, "b0", SMALL, "b0"), Map.of());

    // when
    var mixed =
        backUp(
            "b1",
            Optional.of("b0"),
            Map.of(LARGE, "b1", SMALL, "whole"),
            Map.of(SMALL, BackupType.FULL));
    backUp(
        "b2",
        Optional.of("b1"),
        Map.of(LARGE, "b2", SMALL, "b2"),
        Map.of(LARGE, BackupType.INCREMENTAL));

    // then
    assertThat(mixed.type()).isEqualTo(BackupType.INCREMENTAL);
    assertThat(mixed.chain()).hasSize(2);
    assertRestores("b0", SMALL, vm.raw("b0", SMALL), 1);
    assertRestores("b1", SMALL, vm.raw("whole", SMALL), 1);
    assertRestores("b1", LARGE, vm.raw("b1", LARGE), 2);
    assertRestores("b2", SMALL, vm.raw("b2", SMALL), 2);
    assertThat(asTheGoProjectRestores(SMALL, "b0", "b1"))
        .hasSameBinaryContentAs(vm.raw("whole", SMALL));
    assertThat(asTheGoProjectRestores(SMALL, "b0", "b1", "b2"))
        .hasSameBinaryContentAs(vm.raw("b2", SMALL));
    assertVerifies(3, 6);
  }

  @Test
  void aNewDisk_beginsAChainOfItsOwnAndAGoneOneEndsIts() throws IOException {
    // given
    backUp("b0", Optional.empty(), Map.of(LARGE, "b0"), Map.of());

    // when
    backUp(
        "b1",
        Optional.of("b0"),
        Map.of(LARGE, "b1", SMALL, "whole"),
        Map.of(SMALL, BackupType.FULL));
    backUp("b2", Optional.of("b1"), Map.of(SMALL, "b2"), Map.of());

    // then
    assertRestores("b1", SMALL, vm.raw("whole", SMALL), 1);
    assertRestores("b1", LARGE, vm.raw("b1", LARGE), 2);
    assertRestores("b2", SMALL, vm.raw("b2", SMALL), 2);
    assertThatThrownBy(() -> restore("b2", LARGE, Restore.Engine.NATIVE))
        .hasMessageContaining("Backup b2 of VM shop/db-01 has no disk rootdisk; it has data");
    assertVerifies(3, 4);
  }

  @Test
  void aDiskThatIsNotInTheParent_isNoIncrement() throws IOException {
    // given
    backUp("b0", Optional.empty(), Map.of(LARGE, "b0"), Map.of());

    // then
    assertThatThrownBy(
            () -> backUp("b1", Optional.of("b0"), Map.of(LARGE, "b1", SMALL, "b1"), Map.of()))
        .isInstanceOfSatisfying(
            VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CHAIN_BROKEN))
        .hasMessageContaining("disk data of VM shop/db-01: it is not in checkpoint b0");
    assertThat(repository.restorePoints()).hasSize(1);
  }

  @Test
  void aWholeImageBelowWhichOthersAreLost_isRestoredAllTheSame() throws IOException {
    // given
    backUp("b0", Optional.empty(), Map.of(SMALL, "b0"), Map.of());
    backUp("b1", Optional.of("b0"), Map.of(SMALL, "whole"), Map.of(SMALL, BackupType.FULL));

    // when
    bucket.store.remove(bucket.imageKey("b0", SMALL));

    // then
    assertRestores("b1", SMALL, vm.raw("whole", SMALL), 1);
    assertThat(repository.listRestorable().points()).hasSize(1);
    assertThatThrownBy(() -> backUp("b2", Optional.of("b1"), Map.of(SMALL, "b2"), Map.of()))
        .as("the Go project restores nothing of such a chain")
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CHAIN_BROKEN));
  }

  @Test
  void anIncrementThatItsRecordCallsWhole_isNotRestoredAsOne() throws IOException {
    // given
    backUp("b0", Optional.empty(), Map.of(SMALL, "b0"), Map.of());
    backUp("b1", Optional.of("b0"), Map.of(SMALL, "b1"), Map.of());
    bucket.edit(
        bucket.recordKey("b1"),
        record ->
            record.replace("\"volume\": \"data\",", "\"volume\": \"data\", \"type\": \"Full\","));

    // then
    for (var engine : Restore.Engine.values()) {
      assertThatThrownBy(() -> restore("b1", SMALL, engine))
          .isInstanceOfSatisfying(
              VirtMoverException.class,
              e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP))
          .hasMessageContaining("describes another image");
    }
    assertThat(verify().damages()).isNotEmpty();
  }

  /**
   * @param sources the push backup that each disk's file is of
   * @param types of disks, where they are not the checkpoint's
   */
  private BackUpReport backUp(
      String backup,
      Optional<String> parent,
      Map<String, String> sources,
      Map<String, BackupType> types) {
    var usual = parent.isPresent() ? BackupType.INCREMENTAL : BackupType.FULL;
    var disks = new ArrayList<BackUp.Disk>();
    sources.forEach(
        (disk, source) ->
            disks.add(
                BackedUpVm.disk(disk, types.getOrDefault(disk, usual), vm.pushed(source, disk))));
    return bucket.backUp(backup, parent, disks);
  }

  private void assertRestores(String backup, String disk, Path raw, int images) throws IOException {
    for (var engine : Restore.Engine.values()) {
      var report = restore(backup, disk, engine);
      assertThat(report.images()).as("%s of %s, %s", disk, backup, engine).isEqualTo(images);
      assertThat(target()).hasSameBinaryContentAs(raw);
    }
  }

  private RestoreReport restore(String backup, String disk, Restore.Engine engine)
      throws IOException {
    Files.deleteIfExists(target());
    return new RestoreJob(
            new Restore(
                new BackupName(backup),
                new VolumeName(disk),
                target(),
                engine,
                OptionalLong.empty()),
            RestoreJob.CHECKPOINT_EVERY,
            repository,
            Progress.silent())
        .run();
  }

  private Path target() {
    return folder.resolve("restored.raw");
  }

  /** Every image of the chain, each put onto the one before, and flattened. */
  private Path asTheGoProjectRestores(String disk, String... backups) throws IOException {
    var below = Optional.<Path>empty();
    for (var backup : backups) {
      var image =
          Files.write(
              folder.resolve(backup + ".chain.qcow2"),
              bucket.store.peek(bucket.imageKey(backup, disk)).orElseThrow());
      if (below.isPresent()) {
        QemuImg.rebase(image, "qcow2", below.get().toString());
      }
      QemuImg.run("qemu-img", "check", "-q", image.toString());
      below = Optional.of(image);
    }
    var flat = folder.resolve("flat.raw");
    QemuImg.toRaw(below.orElseThrow(), flat);
    return flat;
  }

  private void assertVerifies(int backups, int images) {
    var report = verify();
    assertThat(report.damages()).isEmpty();
    assertThat(report.unusable()).isEmpty();
    assertThat(report.backups()).isEqualTo(backups);
    assertThat(report.images()).isEqualTo(images);
    assertThat(report.unverifiable()).isZero();
  }

  private VerifyReport verify() {
    return new VerifyJob(
            new Verify(Optional.empty(), Optional.empty(), Subset.whole()),
            repository,
            Progress.silent())
        .run();
  }
}
