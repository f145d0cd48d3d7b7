// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.ExtentsWriter;
import io.virtmover.agent.image.qcow2.Qcow2StreamWriter;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.s3.VersityGateway;
import io.virtmover.transfer.MoverMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the mover takes from its node: memory and disk. */
class FootprintIT {
  private static final long LIMIT = 200L << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final double MIB = 1 << 20;
  private static final List<String> NOTHING = List.of();
  private static final String FULL = "c1-2026-01-11_01-00-03";
  private static final String NEXT = "c2-2026-01-12_01-00-03";

  @TempDir private Path folder;

  @ParameterizedTest
  @Tag("slow") // 2 GiB each
  @CsvSource({"2G", "8T"})
  void aBackupOf2GiBOfData_staysBelow200MiBOfAnonymousMemory(String virtualSize)
      throws IOException {
    try (var s3 = VersityGateway.start()) {
      // given
      var image = anImage(virtualSize);

      // when
      var mover = MoverProcess.start(folder, NOTHING, VirtMover.on(s3), "backup", words(image, 1));
      var peak = mover.peakAnonymousMemory(PATIENCE);

      // then
      assertThat(mover.await(PATIENCE)).as(mover.output()).isZero();
      System.out.printf(
          "peak anonymous memory, %s virtual, 2 GiB of data: %.1f MiB%n",
          virtualSize, peak / (double) (1 << 20));
      assertThat(peak).isBetween(1L << 20, LIMIT);
    }
  }

  /**
   * A change in every 512 MiB of 2 TiB; the pattern with the largest map; the largest directory.
   */
  @ParameterizedTest(name = "{0} disks of {1} TiB, a change in every {2} clusters")
  @Tag("slow") // up to 5 GiB of tables each
  @CsvSource({"16, 2, 8192", "3, 1, 2", "1, 8, 2", "1, 64, 65536"})
  void scatteredChanges_areBackedUpWithDefaultSettings(int disks, long tebibytes, int stride)
      throws IOException {
    try (var s3 = VersityGateway.start()) {
      // given
      var geometry = new Geometry(tebibytes << 40, 16);
      var base = folder.resolve("base.qcow2");
      QemuImg.run("qemu-img", "create", "-f", "qcow2", base.toString(), tebibytes + "T");
      var full =
          MoverProcess.start(folder, NOTHING, VirtMover.on(s3), "backup", words(base, disks));
      assertThat(full.await(PATIENCE)).as(full.output()).isZero();
      var increment = words(anIncrement(geometry, stride), disks);
      increment.replaceAll(word -> word.equals("full") ? "incremental" : word.replace(FULL, NEXT));
      increment.addAll(List.of("--parent", FULL));

      // when
      var mover = MoverProcess.start(folder, NOTHING, VirtMover.on(s3), "backup", increment);
      var peak = mover.peakAnonymousMemory(PATIENCE);

      // then
      assertThat(mover.await(PATIENCE)).as(mover.output()).isZero();
      var budget = memoryIn(mover.output());
      System.out.printf(
          "peak anonymous memory, %d disks of %d TiB, every %d clusters: %.1f MiB, budget %.1f MiB%n",
          disks, tebibytes, stride, peak / MIB, budget / MIB);
      assertThat(peak).isBetween(1L << 20, new MoverMemory(budget).containerLimit());
    }
  }

  @Test
  void buffersLargerThanTheHeap_areNoTrouble() throws IOException {
    try (var s3 = VersityGateway.start()) {
      // given
      var words = words(anImage("2G"), 1);
      words.addAll(List.of("--memory", "400Mi"));

      // when
      var mover = MoverProcess.start(folder, NOTHING, VirtMover.on(s3), "backup", words);

      // then
      assertThat(mover.await(PATIENCE)).as(mover.output()).isZero();
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
      var mover = MoverProcess.start(folder, readOnly, VirtMover.on(s3), "backup", words(image, 1));

      // then
      assertThat(mover.await(PATIENCE)).as(mover.output()).isZero();
    }
  }

  private static List<String> words(Path image, int disks) {
    var words = new ArrayList<>(List.of("--vm", "shop/db-01", "--type", "full"));
    words.addAll(List.of("--backup", FULL, "--checkpoint", FULL));
    for (var disk = 1; disk <= disks; disk++) {
      words.addAll(List.of("--disk", "disk" + disk + "=" + image));
    }
    return words;
  }

  private static long memoryIn(String output) throws IOException {
    var json = output.lines().filter(line -> line.startsWith("{")).findFirst().orElseThrow();
    return new ObjectMapper().readTree(json).path("report").path("memory").asLong();
  }

  /** Changes of one cluster each: data in every fourth window, zeros elsewhere. */
  private Path anIncrement(Geometry geometry, int stride) throws IOException {
    var image = folder.resolve("increment.qcow2");
    try (var channel = FileChannel.open(image, CREATE, WRITE, READ)) {
      var writer =
          new Qcow2StreamWriter(
              geometry,
              Optional.of("base.qcow2"),
              bytes -> append(channel, bytes),
              new ExtentsWriter(geometry, bytes -> {}));
      var data = ByteBuffer.allocate(geometry.clusterSize());
      data.put(0, (byte) 1);
      for (var cluster = 0L; cluster < geometry.clusters(); cluster += stride) {
        if (stride > 2 && cluster / geometry.windowClusters() % 4 == 0) {
          writer.data(cluster, data.duplicate());
        } else {
          writer.zero(cluster, 1);
        }
      }
      channel.write(writer.finish(() -> ByteBuffer.allocate(32)).header(), 0);
    }
    return image;
  }

  private static void append(FileChannel channel, ByteBuffer bytes) {
    try {
      channel.write(bytes.duplicate(), channel.size());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
