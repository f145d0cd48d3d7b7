// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.lab.qemu.LabVm.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LabVmCheckpointTest {
  private static final int CLUSTER = 64 << 10;

  @TempDir Path folder;

  @Test
  void restart_keepsCheckpoints_andTheNextIncrementIsComplete() {
    // given
    try (var vm = vm()) {
      vm.start();
      vm.writeRandom("d", 1, 0, 1 << 20);
      var full = vm.push(folder.resolve("pvc"), "n-1", Optional.empty());
      vm.writeRandom("d", 2, 3 << 20, 1 << 20);

      // when
      vm.stop();
      vm.start();

      // then
      assertThat(vm.checkpoints("d")).containsExactly(full.checkpoint());
      var next = vm.push(folder.resolve("pvc"), "n-2", Optional.of(full.checkpoint()));
      Images.chain(List.of(full.file("d"), next.file("d")));
      assertThat(Images.difference(next.file("d"), vm.raw("d"))).isEmpty();
    }
  }

  @Test
  void killedVm_hasNoUsableCheckpoint_andRefusesAnIncrementFromIt() {
    // given
    try (var vm = vm()) {
      vm.start();
      var full = vm.push(folder.resolve("pvc"), "n-1", Optional.empty());
      vm.stop();
      vm.start();
      vm.writeRandom("d", 2, 3 << 20, 1 << 20);

      // when
      vm.kill();
      vm.start();

      // then
      assertThat(vm.checkpoints("d")).isEmpty();
      assertThatThrownBy(
              () -> vm.push(folder.resolve("pvc"), "n-2", Optional.of(full.checkpoint())))
          .isInstanceOf(QemuException.class)
          .hasMessageContaining(full.checkpoint());
    }
  }

  @Test
  void startingAgain_keepsTheBytesOfTheDisk() throws IOException {
    // given
    try (var vm = vm()) {
      vm.start();
      vm.writeRandom("d", 9, 0, 8 << 20);
      vm.stop();
      var before = Files.readAllBytes(vm.raw("d"));

      // when
      vm.start();
      vm.stop();

      // then
      assertThat(Files.readAllBytes(vm.raw("d"))).isEqualTo(before);
      assertThat(before).hasSize(8 << 20);
    }
  }

  @Test
  void pullFromUnknownBase_leavesTheVmReadyForTheNext() {
    // given
    try (var vm = vm()) {
      vm.start();

      // when
      assertThatThrownBy(() -> vm.pull("n-1", Optional.of("lost")))
          .isInstanceOf(QemuException.class);

      // then
      try (var pull = vm.pull("n-2", Optional.empty())) {
        assertThat(pull.isIncremental("d")).isFalse();
      }
    }
  }

  @Test
  void aDiskThatLostItsCheckpoint_isBackedUpWholeBesideTheOther() {
    // given
    var disks = List.of(new Disk("d", 8 << 20), new Disk("lost", 8 << 20));
    try (var vm = LabVm.create(folder.resolve("vm"), "db-01", CLUSTER, Clock.systemUTC(), disks)) {
      vm.start();
      vm.writeRandom("d", 1, 0, 1 << 20);
      vm.writeRandom("lost", 2, 0, 1 << 20);
      var full = vm.push(folder.resolve("pvc"), "n-1", Optional.empty());
      vm.writeRandom("d", 3, 3 << 20, 1 << 20);
      vm.writeRandom("lost", 4, 3 << 20, 1 << 20);

      // when
      vm.dropCheckpoints("lost");
      var base = new Base(Optional.of(full.checkpoint()), Set.of("lost"));
      var push = vm.startPush(folder.resolve("pvc"), "n-2", "n-2-x", base);
      assertThat(push.await()).isEmpty();
      var mixed = new LabVm.Backup("n-2", push.checkpoint(), push.files());

      // then
      assertThat(vm.checkpoints("lost")).containsExactly("n-2-x");
      Images.chain(List.of(full.file("d"), mixed.file("d")));
      vm.flush();
      assertThat(Images.difference(mixed.file("d"), vm.raw("d"))).isEmpty();
      assertThat(Images.difference(mixed.file("lost"), vm.raw("lost"))).isEmpty();
      try (var pull = vm.startPull(folder.resolve("scratch"), "n-3", "n-3-x", base)) {
        assertThat(pull.isIncremental("d")).isTrue();
        assertThat(pull.isIncremental("lost")).isFalse();
      }
    }
  }

  @Test
  void closedVm_leavesNoProcess() {
    // given
    var vm = vm();
    vm.start();
    var children = ProcessHandle.current().children().filter(LabVmCheckpointTest::isQemu).toList();

    // when
    vm.close();

    // then
    assertThat(children).isNotEmpty().noneMatch(ProcessHandle::isAlive);
  }

  private static boolean isQemu(ProcessHandle process) {
    return process.info().command().orElse("").contains("qemu");
  }

  private LabVm vm() {
    var disks = List.of(new Disk("d", 8 << 20));
    return LabVm.create(folder.resolve("vm"), "db-01", CLUSTER, Clock.systemUTC(), disks);
  }
}
