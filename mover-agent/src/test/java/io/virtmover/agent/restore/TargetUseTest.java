// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.QemuImg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What /proc and /sys say of a device 7:250, which need not exist. */
class TargetUseTest {
  @TempDir private Path folder;
  private Path device = Path.of("");

  @BeforeEach
  void makeNode() throws IOException {
    device = folder.resolve("node");
    try {
      QemuImg.run("mknod", device.toString(), "b", "7", "250");
    } catch (AssertionError e) {
      Assumptions.abort("device nodes need root");
    }
    put("sys/dev/block/7:250/ro", "0\n");
  }

  @Test
  void aDeviceThatNobodyNames_isFree() throws IOException {
    put("proc/self/mountinfo", "42 27 7:25 / /mnt rw - ext4 /dev/other rw\n");
    put("proc/swaps", "Filename Type Size Used Priority\n/dev/other partition 1 0 -2\n");
    assertThat(use().ofDevice(device)).isEmpty();
    assertThat(use().isReadOnly(device)).isFalse();
  }

  @Test
  void mountsAreFoundByNumberAndBySource() throws IOException {
    put(
        "proc/self/mountinfo",
        """
        42 27 7:250 / /mnt/a\\040b rw,relatime shared:1 - ext4 /dev/root rw
        43 27 0:55 / /mnt/c rw - btrfs %s rw
        """
            .formatted(device));
    assertThat(use().ofDevice(device))
        .containsExactly("is mounted on /mnt/a b", "is mounted on /mnt/c");
  }

  @Test
  void holdersAreNamedAsPeopleKnowThem() throws IOException {
    put("sys/dev/block/7:250/holders/dm-3/dm/name", "vg-data\n");
    put("sys/dev/block/7:250/holders/md0/ro", "0\n");
    assertThat(use().ofDevice(device))
        .containsExactly("is part of dm-3 (vg-data)", "is part of md0");
  }

  @Test
  void whatUsesAPartition_usesTheDevice() throws IOException {
    put("sys/dev/block/7:250/x1/partition", "1\n");
    put("sys/dev/block/7:250/x1/dev", "7:251\n");
    put("sys/dev/block/7:251/holders/dm-0/dm/name", "root\n");
    put("proc/self/mountinfo", "42 27 7:251 / /boot rw - ext4 /dev/x1 rw\n");
    assertThat(use().ofDevice(device))
        .containsExactly(
            "has partition x1, which is mounted on /boot",
            "has partition x1, which is part of dm-0 (root)");
  }

  @Test
  void aFileCanBeSwapOrALoopDevice() throws IOException {
    var file = Files.writeString(folder.resolve("file"), "x");
    put("proc/swaps", "Filename Type Size Used Priority\n%s file 1 0 -2\n".formatted(file));
    put("sys/block/loop9/loop/backing_file", file + "\n");
    assertThat(use().ofFile(file))
        .containsExactly("is used as swap", "is what /dev/loop9 is made of");
    assertThat(use().ofFile(device)).isEmpty();
  }

  @Test
  void aReadOnlyDevice_isKnown() throws IOException {
    put("sys/dev/block/7:250/ro", "1\n");
    assertThat(use().isReadOnly(device)).isTrue();
  }

  private TargetUse use() {
    return TargetUse.below(folder.resolve("machine"));
  }

  private void put(String name, String text) throws IOException {
    var file = folder.resolve("machine").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
