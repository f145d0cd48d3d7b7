// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.lab.qemu.LabVm.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class LabVmPushTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-08-22T12:00:05Z"), ZoneOffset.UTC);
  private static final int OLD_CLUSTER = 64 << 10;
  private static final int NEW_CLUSTER = 256 << 10;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"65536,1", "65536,2", "262144,3", "262144,4"})
  void everyBackupOfAChain_equalsTheDisksAtItsCheckpoint(int clusterSize, long seed)
      throws IOException {
    // given
    var disks = List.of(new Disk("root", (40 << 20) + 1536), new Disk("data", 24 << 20));
    var random = new Random(seed);
    var root = new ArrayList<Path>();
    var data = new ArrayList<Path>();
    try (var vm = LabVm.create(folder.resolve("vm"), "db-01", clusterSize, NOON, disks)) {
      vm.start();
      var base = Optional.<String>empty();
      for (var backup = 0; backup < 3; backup++) {
        scribble(vm, "root", 20, random);
        scribble(vm, "data", backup, random);

        // when
        var pushed = vm.push(folder.resolve("pvc"), "nightly-" + backup, base);

        // then
        root.add(pushed.file("root"));
        data.add(pushed.file("data"));
        Images.chain(root);
        Images.chain(data);
        vm.flush();
        assertThat(Images.difference(root.getLast(), vm.raw("root"))).as("seed %d", seed).isEmpty();
        assertThat(Images.difference(data.getLast(), vm.raw("data"))).as("seed %d", seed).isEmpty();
        base = Optional.of(pushed.checkpoint());
      }
    }
  }

  @Test
  void files_areNamedAndMadeAsKubeVirtDoes() throws IOException {
    // given
    try (var vm = vm("root", "data")) {
      vm.start();
      var full = vm.push(folder.resolve("pvc"), "nightly-6", Optional.empty());

      // when
      var pushed = vm.push(folder.resolve("pvc"), "nightly-7", Optional.of(full.checkpoint()));

      // then
      assertThat(pushed.checkpoint()).isEqualTo("nightly-7-2026-08-22_12-00-05");
      var file = pushed.file("data");
      assertThat(folder.resolve("pvc").relativize(file))
          .hasToString("db-01/nightly-7-2026-08-22_12-00-05/nightly-7-data.qcow2");
      var info = new ObjectMapper().readTree(Images.info(file));
      assertThat(info.path("cluster-size").asInt()).isEqualTo(NEW_CLUSTER);
      assertThat(info.path("backing-filename").asText()).endsWith("meta.qcow2");
      assertThat(info.path("backing-filename-format").asText()).isEqualTo("qcow2");
      assertThat(info.path("format-specific").path("data").path("compat").asText())
          .isEqualTo("1.1");
    }
  }

  @Test
  void largeFirstDiskAndSmallSecond_endWhicheverIsDoneFirst() throws IOException {
    // given
    var disks = List.of(new Disk("large", 512 << 20), new Disk("small", 1 << 20));
    try (var vm = LabVm.create(folder.resolve("vm"), "db-01", NEW_CLUSTER, NOON, disks)) {
      vm.start();
      vm.writeRandom("large", 1, 0, 64 << 20);

      // when
      var pushed = vm.push(folder.resolve("pvc"), "nightly-1", Optional.empty());

      // then
      assertThat(Images.difference(pushed.file("large"), vm.raw("large"))).isEmpty();
    }
  }

  @Test
  void unknownBase_isRefusedInQemusWords_andLeavesTheVmReadyForTheNext() throws IOException {
    // given
    try (var vm = vm("root")) {
      vm.start();
      var pvc = folder.resolve("pvc");

      // when
      assertThatThrownBy(() -> vm.push(pvc, "nightly-1", Optional.of("lost")))
          .isInstanceOf(QemuException.class)
          .hasMessageContaining("lost");

      // then
      try (var files = Files.walk(pvc)) {
        assertThat(files.filter(Files::isRegularFile)).isEmpty();
      }
      assertThat(vm.push(pvc, "nightly-2", Optional.empty()).files()).hasSize(1);
    }
  }

  @Test
  void grownDisk_isPushedWithItsNewSize() throws IOException {
    // given
    try (var vm = LabVm.create(folder, "db-01", OLD_CLUSTER, NOON, List.of(new Disk("d", 1536)))) {
      vm.start();
      var full = vm.push(folder.resolve("pvc"), "nightly-1", Optional.empty());
      vm.resize("d", 3 << 20);
      vm.writeRandom("d", 7, 2 << 20, 1 << 20);

      // when
      var grown = vm.push(folder.resolve("pvc"), "nightly-2", Optional.of(full.checkpoint()));

      // then
      Images.chain(List.of(full.file("d"), grown.file("d")));
      vm.flush();
      assertThat(Images.difference(grown.file("d"), vm.raw("d"))).isEmpty();
    }
  }

  private static void scribble(LabVm vm, String volume, int times, Random random) {
    for (var i = 0; i < times; i++) {
      var sectors = vm.size(volume) / 512;
      var length = 1 + random.nextLong(Math.min(2048, sectors));
      var offset = 512 * random.nextLong(sectors - length + 1);
      switch (random.nextInt(4)) {
        case 0 -> vm.io(volume, "write -z %d %d".formatted(offset, length * 512));
        case 1 -> vm.io(volume, "write -z -u %d %d".formatted(offset, length * 512));
        case 2 -> vm.io(volume, "discard %d %d".formatted(offset, length * 512));
        default -> vm.writeRandom(volume, random.nextLong(), offset, length * 512);
      }
    }
  }

  private LabVm vm(String... volumes) {
    var disks = List.of(volumes).stream().map(volume -> new Disk(volume, 4 << 20)).toList();
    return LabVm.create(folder.resolve("vm"), "db-01", NEW_CLUSTER, NOON, disks);
  }
}
