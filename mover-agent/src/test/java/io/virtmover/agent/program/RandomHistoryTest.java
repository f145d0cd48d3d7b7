// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.program.BackupHistory.Mode;
import io.virtmover.lab.qemu.DiskHash;
import io.virtmover.lab.qemu.GuestWorkload;
import io.virtmover.lab.qemu.LabVm;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Whatever a guest does between backups of any kind, every restore point comes back. */
class RandomHistoryTest {
  private static final long MIB = 1 << 20;
  private static final List<Mode> MODES = List.of(Mode.PUSH, Mode.PULL, Mode.PULL_1_8);

  @Property(tries = 4, shrinking = ShrinkingMode.OFF)
  void anyHistoryOfWritesZerosDiscardsResizesAndBackups_comesBack(@ForAll long seed)
      throws IOException {
    var folder = Files.createTempDirectory("history");
    var random = new Random(seed);
    var size = (8L << 20) + random.nextInt(40_000) * 512L;
    var clusterSize = random.nextBoolean() ? 64 << 10 : 256 << 10;
    try (var s3 = VersityGateway.start();
        var vm =
            LabVm.create(
                folder.resolve("vm"),
                "db-01",
                clusterSize,
                Clock.systemUTC(),
                List.of(new LabVm.Disk("d", size)))) {
      // given
      var virtmover = VirtMover.on(s3);
      var history = new BackupHistory(vm, virtmover, folder.resolve("pvc"));
      var guest = new GuestWorkload(random.nextLong());
      var sizes = new ArrayList<Long>();
      vm.start();
      for (var i = 0; i < 4; i++) {
        guest.run(vm, random.nextInt(12));
        if (random.nextInt(3) == 0) {
          vm.resize("d", vm.size("d") / MIB * MIB + (1 + random.nextInt(4)) * MIB);
          guest.run(vm, random.nextInt(4));
        }
        sizes.add(vm.size("d"));
        var mode = MODES.get(random.nextInt(MODES.size()));
        history.backUp(mode, () -> guest.run(vm, random.nextInt(4))).report();
      }

      // when, then
      for (var point = 0; point < history.size(); point++) {
        var target = folder.resolve("restored-" + point);
        virtmover.restore(BackupHistory.name(point), "d", target).report();
        assertThat(Files.size(target)).isEqualTo(sizes.get(point));
        assertThat(DiskHash.sha256(target, sizes.get(point)))
            .as("backup %d, seed %d", point, seed)
            .isEqualTo(history.hash(point, "d"));
      }
    } finally {
      try (var files = Files.walk(folder)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
