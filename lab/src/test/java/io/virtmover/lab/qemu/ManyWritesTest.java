// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ManyWritesTest {
  @TempDir Path folder;

  @Test
  void theyAreTheGuests_soThatTheNextIncrementHoldsThem() throws Exception {
    // given
    try (var vm = vm()) {
      var full = vm.push(folder.resolve("pvc"), "n-1", Optional.empty());

      // when
      vm.io("d", List.of("aio_write -P 0x11 0 4096", "aio_write -P 0x22 1M 64K"));

      // then
      var next = vm.push(folder.resolve("pvc"), "n-2", Optional.of(full.checkpoint()));
      Images.chain(List.of(full.file("d"), next.file("d")));
      assertThat(Images.difference(next.file("d"), vm.raw("d"))).isEmpty();
      vm.flush();
      assertThat(Files.readAllBytes(vm.raw("d"))[(1 << 20) + 65535]).isEqualTo((byte) 0x22);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"write", "aio_write"})
  void givenOneThatFails_theyAreRefused(String write) {
    // given
    try (var vm = vm()) {
      var commands = List.of(write + " -P 0x11 0 4096", write + " -P 0x22 1T 64K");

      // then
      assertThatThrownBy(() -> vm.io("d", commands)).isInstanceOf(QemuException.class);
    }
  }

  private LabVm vm() {
    var disks = List.of(new LabVm.Disk("d", 4 << 20));
    var vm = LabVm.create(folder.resolve("vm"), "n", 64 << 10, Clock.systemUTC(), disks);
    vm.start();
    return vm;
  }
}
