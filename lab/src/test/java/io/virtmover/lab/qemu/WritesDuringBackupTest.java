// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.lab.nbd.NbdClient;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is of one moment while the guest goes on. */
class WritesDuringBackupTest {
  private static final int SIZE = 8 << 20;
  private static final int CLUSTER = 256 << 10;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Test
  void aGuestWritesToItsDiskDuringAPullAndTheExportKeepsWhatWasThere() throws IOException {
    try (var vm = vm()) {
      // given
      vm.start();
      vm.writeRandom("d", 1, 0, SIZE);
      vm.flush();
      var before = DiskHash.sha256(vm.raw("d"), SIZE);

      try (var pull = vm.pull("n-1", Optional.empty())) {
        // when
        vm.writeRandom("d", 2, 1 << 20, 3 << 20);
        vm.flush();

        // then
        var exported = folder.resolve("exported");
        read(pull, exported);
        assertThat(DiskHash.sha256(exported, SIZE)).isEqualTo(before);
        assertThat(DiskHash.sha256(vm.raw("d"), SIZE)).isNotEqualTo(before);
      }
    }
  }

  @Test
  void aGuestWritesToItsDiskDuringAPushAndTheFileHoldsWhatWasThere() {
    try (var vm = vm()) {
      // given
      vm.start();
      vm.writeRandom("d", 1, 0, SIZE);
      vm.flush();
      var before = DiskHash.sha256(vm.raw("d"), SIZE);

      // when
      var push = vm.startPush(folder, "n-1", "n-1-x", Base.NONE);
      vm.writeRandom("d", 2, 1 << 20, 3 << 20);
      var failure = push.await();

      // then
      assertThat(failure).isEmpty();
      var raw = folder.resolve("pushed");
      var file = String.valueOf(push.files().get("d"));
      Images.run("qemu-img", "convert", "-O", "raw", file, raw.toString());
      assertThat(DiskHash.sha256(raw, SIZE)).isEqualTo(before);
      vm.flush();
      assertThat(DiskHash.sha256(vm.raw("d"), SIZE)).isNotEqualTo(before);
    }
  }

  @Test
  void aWriteThatQemuRefusesIsAnError() {
    try (var vm = vm()) {
      // given
      vm.start();

      // then
      assertThatThrownBy(() -> vm.io("d", "write %d 64k".formatted(SIZE)))
          .isInstanceOf(QemuException.class)
          .hasMessageContaining("failed");
      assertThatThrownBy(() -> vm.io("d", "wirte 0 64k")).isInstanceOf(QemuException.class);
    }
  }

  private LabVm vm() {
    return LabVm.create(
        folder.resolve("vm"), "vm", CLUSTER, Clock.systemUTC(), List.of(new LabVm.Disk("d", SIZE)));
  }

  private static void read(PullBackup pull, Path into) throws IOException {
    try (var nbd = NbdClient.connect(pull.socket(), "d", List.of())) {
      var bytes = ByteBuffer.allocate(SIZE);
      nbd.read(0, bytes);
      Files.write(into, bytes.array());
    }
  }
}
