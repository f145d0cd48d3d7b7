// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.image.qcow2.QemuImg;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the mover takes from its node: memory and disk. */
class FootprintIT {
  private static final long LIMIT = 160L << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private Path folder;

  @ParameterizedTest
  @Tag("slow") // 2 GiB each
  @CsvSource({"2G", "8T"})
  void aBackupOf2GiBOfData_staysBelow160MiBOfAnonymousMemory(String virtualSize)
      throws IOException {
    try (var s3 = VersityGateway.start()) {
      // given
      var image = anImage(virtualSize);

      // when
      var mover = MoverProcess.start(folder, List.of(), VirtMover.on(s3), "backup", words(image));
      var peak = mover.peakAnonymousMemory(PATIENCE);

      // then
      assertThat(mover.await(PATIENCE)).as(mover.output()).isZero();
      System.out.printf(
          "peak anonymous memory, %s virtual, 2 GiB of data: %.1f MiB%n",
          virtualSize, peak / (double) (1 << 20));
      assertThat(peak).isBetween(1L << 20, LIMIT);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "user.name", matches = "root")
  void aBackup_needsNoWritableFolderAtAll() throws IOException {
    try (var s3 = VersityGateway.start()) {
      // given
      var image = folder.resolve("small.qcow2");
      QemuImg.run("qemu-img", "create", "-f", "qcow2", image.toString(), "64M");
      QemuImg.io(image, "write -P 0x42 1M 20M");
      var readOnly =
          List.of(
              "unshare",
              "--mount",
              "sh",
              "-c",
              "mount --make-rprivate / && mount -o remount,ro,bind / && ! touch /tmp/x 2>/dev/null"
                  + " && exec \"$@\"",
              "sh");

      // when
      var mover = MoverProcess.start(folder, readOnly, VirtMover.on(s3), "backup", words(image));

      // then
      assertThat(mover.await(PATIENCE)).as(mover.output()).isZero();
    }
  }

  private static List<String> words(Path image) {
    return List.of(
        "--vm",
        "shop/db-01",
        "--backup",
        "b1",
        "--checkpoint",
        "c1-2026-01-11_01-00-03",
        "--type",
        "full",
        "--disk",
        "disk=" + image);
  }

  /** 2 GiB of random data in runs of 8 MiB, spread over the disk. */
  private Path anImage(String virtualSize) throws IOException {
    var image = folder.resolve("disk.qcow2");
    QemuImg.run("qemu-img", "create", "-f", "qcow2", image.toString(), virtualSize);
    var pattern = folder.resolve("pattern");
    var bytes = new byte[8 << 20];
    new Random(1).nextBytes(bytes);
    Files.write(pattern, bytes);
    var stride = virtualSize.equals("8T") ? (8L << 40) / 256 : 8L << 20;
    var commands = new ArrayList<String>();
    for (var i = 0; i < 256; i++) {
      commands.add("write -s %s %d 8M".formatted(pattern, i * stride));
    }
    QemuImg.io(image, commands.toArray(String[]::new));
    return image;
  }
}
