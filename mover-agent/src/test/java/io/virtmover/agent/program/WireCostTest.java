// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.program.BackupHistory.Mode;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.s3.FaultProxy;
import io.virtmover.lab.s3.VersityGateway;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the wire, counted on the server's side. */
class WireCostTest {
  private static final String DISK = "rootdisk";
  private static final long SIZE = 1L << 30;
  private static final long CHANGED = 256L << 20;

  @TempDir private Path folder;

  @Test
  void backupAndRestore_moveHardlyMoreThanWhatChanged() {
    try (var s3 = VersityGateway.start();
        var proxy = FaultProxy.before(s3.endpoint());
        var vm =
            LabVm.create(
                folder.resolve("vm"),
                "db-01",
                64 << 10,
                Clock.systemUTC(),
                List.of(new LabVm.Disk(DISK, SIZE)))) {
      // given
      var virtmover = VirtMover.on(s3, proxy.endpoint());
      var history = new BackupHistory(vm, virtmover, folder.resolve("pvc"));
      vm.start();
      vm.writeRandom(DISK, 1, 0, CHANGED);
      history.backUp(Mode.PUSH, () -> {}).report();

      // when: 256 MiB of data and 64 MiB of zeros are dirty
      for (var i = 0; i < 256; i++) {
        vm.writeRandom(DISK, 100 + i, i * (SIZE / 256) + (1 << 20), 1 << 20);
      }
      vm.io(DISK, "discard 0 1M");
      vm.io(DISK, "write -P 0 3M 1M");
      proxy.resetCounters();
      history.backUp(Mode.PULL, () -> {}).report();

      // then
      var up = proxy.bytesUp() / (double) CHANGED;
      System.out.printf("wire bytes / dirty non-zero bytes on backup: %.4f%n", up);
      assertThat(up).isBetween(1.0, 1.01);

      // when
      proxy.resetCounters();
      var target = folder.resolve("restored");
      var report = virtmover.restore(BackupHistory.name(1), DISK, target).report();

      // then
      var live = report.path("bytesWritten").asLong();
      var down = proxy.bytesDown() / (double) live;
      System.out.printf("fetched / live bytes on restore: %.4f%n", down);
      assertThat(live).isBetween(CHANGED, 2 * CHANGED);
      assertThat(down).isBetween(1.0, 1.02);
    }
  }

  @Test
  void givenNothingChanged_aBackupNeedsAtMostTwelveRequests() {
    try (var s3 = VersityGateway.start();
        var proxy = FaultProxy.before(s3.endpoint());
        var vm =
            LabVm.create(
                folder.resolve("vm"),
                "db-01",
                64 << 10,
                Clock.systemUTC(),
                List.of(new LabVm.Disk(DISK, SIZE)))) {
      // given
      var virtmover = VirtMover.on(s3, proxy.endpoint());
      var history = new BackupHistory(vm, virtmover, folder.resolve("pvc"));
      vm.start();
      vm.writeRandom(DISK, 1, 0, 16 << 20);
      history.backUp(Mode.PUSH, () -> {}).report();
      proxy.resetCounters();

      // when
      history.backUp(Mode.PULL, () -> {}).report();

      // then
      System.out.println("requests of a backup with nothing changed: " + proxy.requests().size());
      assertThat(proxy.requests()).hasSizeLessThanOrEqualTo(12);
    }
  }
}
