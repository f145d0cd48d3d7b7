// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.program.BackupHistory.Mode;
import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.qemu.GuestWorkload;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was backed up comes back, byte for byte, whichever way it went out and comes in. */
class RestoreMatrixTest {
  private static final int INCREMENTS = 9;
  private static final List<Integer> RESTORED = List.of(0, 1, INCREMENTS);
  private static final List<LabVm.Disk> DISKS =
      List.of(new LabVm.Disk("rootdisk", 96L << 20), new LabVm.Disk("data-1", (40L << 20) + 1536));

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"PUSH, 64", "PUSH, 256", "PULL, 64", "PULL, 256", "PULL_1_8, 64"})
  void givenAFullAndNineIncrements_everyRestorePointComesBackEqual(Mode mode, int clusterKib)
      throws IOException {
    var seed = 20_260_112L + clusterKib;
    try (var s3 = VersityGateway.start();
        var vm =
            LabVm.create(
                folder.resolve("vm"), "db-01", clusterKib << 10, Clock.systemUTC(), DISKS)) {
      // given
      var virtmover = VirtMover.on(s3);
      var history = new BackupHistory(vm, virtmover, folder.resolve("pvc"));
      var guest = new GuestWorkload(seed);
      vm.start();
      for (var i = 0; i <= INCREMENTS; i++) {
        guest.run(vm, 8);
        assertThat(history.backUp(mode, () -> guest.run(vm, 4)).report().isEmpty()).isFalse();
      }

      // when, then
      for (var disk : DISKS) {
        for (var point : RESTORED) {
          assertRestores(history, virtmover, point, disk, "native", seed);
          assertRestores(history, virtmover, point, disk, "qemu-img", seed);
        }
      }
      assertPlainObjectsAreTheSame(s3, history);
      assertThat(virtmover.run("verify", "--vm", "shop/db-01").report().path("damages")).isEmpty();
    }
  }

  private void assertRestores(
      BackupHistory history,
      VirtMover virtmover,
      int point,
      LabVm.Disk disk,
      String engine,
      long seed)
      throws IOException {
    var wanted = history.hash(point, disk.volume());
    var file = folder.resolve("restored.raw");
    virtmover.restore(BackupHistory.name(point), disk.volume(), file, "--engine", engine).report();
    assertThat(DiskHash.sha256(file, disk.size()))
        .as("%s of backup %d, %s, seed %d", disk.volume(), point, engine, seed)
        .isEqualTo(wanted);
    assertThat(Files.size(file)).isEqualTo(disk.size());
    Files.delete(file);
    if (LoopDevice.isPossible()) {
      assertRestoresToADevice(virtmover, point, disk, engine, wanted);
    }
  }

  private void assertRestoresToADevice(
      VirtMover virtmover, int point, LabVm.Disk disk, String engine, String wanted)
      throws IOException {
    var backing = folder.resolve("backing");
    var deviceSize = (disk.size() + 4095) / 4096 * 4096;
    try (var device = LoopDevice.create(backing, deviceSize)) {
      virtmover
          .restore(BackupHistory.name(point), disk.volume(), device.path(), "--engine", engine)
          .report();
      assertThat(DiskHash.sha256(device.path(), disk.size()))
          .as("%s of backup %d on a device, %s", disk.volume(), point, engine)
          .isEqualTo(wanted);
    }
    Files.delete(backing);
  }

  /** Without any program of ours: check, rebase -u, convert. */
  private void assertPlainObjectsAreTheSame(VersityGateway s3, BackupHistory history)
      throws IOException {
    var plain = Files.createDirectories(folder.resolve("plain"));
    for (var disk : DISKS) {
      var previous = Path.of("");
      for (var i = 0; i < history.size(); i++) {
        var object = s3.object("/" + BackupHistory.name(i) + "-" + disk.volume() + ".qcow2");
        var copy = plain.resolve(disk.volume() + "-" + i + ".qcow2");
        Files.copy(object, copy);
        if (i > 0) {
          QemuImg.rebase(copy, "qcow2", previous.toString());
        }
        QemuImg.check(copy);
        previous = copy;
      }
      var raw = plain.resolve("raw");
      QemuImg.toRaw(previous, raw);
      assertThat(DiskHash.sha256(raw, disk.size()))
          .isEqualTo(history.hash(history.size() - 1, disk.volume()));
    }
  }
}
