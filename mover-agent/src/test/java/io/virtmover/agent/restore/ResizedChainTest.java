// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.chain.Layer;
import io.virtmover.agent.chain.StoredImages;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.progress.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that grew and shrank between backups: a chain reads as {@code qemu-img} reads it. */
class ResizedChainTest {
  private static final long MIB = 1 << 20;
  private static final int SECTOR = 512;
  private static final int CHAINS = 6;

  @TempDir private Path folder;
  private final StoredImages images = new StoredImages();

  @Test
  void bytesThatADiskLostWhenItShrank_areZerosWhenItGrowsAgain() throws IOException {
    // given
    var full = create("full", 65_536, 3 * MIB, "");
    QemuImg.io(full, "write -P 0x11 0 3M");
    var small = create("small", 65_536, MIB + 1536, "full");
    QemuImg.io(small, "write -P 0x22 0 4k");
    var large = create("large", 65_536, 3 * MIB, "small");
    QemuImg.io(large, "write -P 0x33 2M 4k");

    // when
    var restored = restore(List.of(full, small, large), List.of(false, true, true), 3 * MIB);

    // then
    assertThat(restored).isEqualTo(truth(large));
    assertThat(restored[(int) MIB + 1535]).isEqualTo((byte) 0x11);
    assertThat(restored[(int) MIB + 1536]).isZero();
  }

  @Test
  void aLargeClusterWithSmallNewerOnesInItsMiddle_keepsAllItsPieces() throws IOException {
    // given
    var full = create("wide", 65_536, MIB, "");
    QemuImg.io(full, "write -P 1 0 1M");
    var narrow = create("narrow", 512, MIB, "wide");
    QemuImg.io(narrow, "write -P 2 8192 512", "write -P 3 20480 1024", "write -P 4 65024 1024");

    // when
    var restored = restore(List.of(full, narrow), List.of(false, false), MIB);

    // then
    assertThat(restored).isEqualTo(truth(narrow));
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096, 65_536, 0})
  void anyHistoryOfSizes_restoresToWhatQemuReads(int clusterSize) throws IOException {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var number = 0; number < CHAINS; number++) {
      // given
      var chain = chain(random, number, clusterSize);
      var described = new ArrayList<Boolean>();
      chain.forEach(_ -> described.add(random.nextBoolean()));
      var wanted = truth(chain.getLast());

      // when
      var restored = restore(chain, described, wanted.length);

      // then
      assertThat(Arrays.mismatch(restored, wanted))
          .as("seed %d, chain %d, described %s", seed, number, described)
          .isEqualTo(-1);
    }
  }

  private List<Path> chain(Random random, int number, int clusterSize) {
    var chain = new ArrayList<Path>();
    var below = "";
    for (var i = 0; i < 2 + random.nextInt(4); i++) {
      var clusters = clusterSize == 0 ? 512 << random.nextInt(9) : clusterSize;
      var name = "chain-%d-%d".formatted(number, i);
      var image = create(name, clusters, size(random), below);
      write(random, image);
      if (random.nextInt(4) == 0) {
        QemuImg.run(
            "qemu-img",
            "resize",
            "-q",
            "-f",
            "qcow2",
            "--shrink",
            image.toString(),
            "" + size(random));
        write(random, image);
      }
      chain.add(image);
      below = name;
    }
    return chain;
  }

  private static long size(Random random) {
    return random.nextInt(3) == 0
        ? (1 + random.nextInt(24)) * (64L << 10)
        : (1 + random.nextInt(3000)) * (long) SECTOR;
  }

  private static void write(Random random, Path image) {
    var size = virtualSize(image);
    for (var i = 0; i < random.nextInt(6); i++) {
      var from = random.nextLong(size / SECTOR) * SECTOR;
      var length = (1 + random.nextLong(Math.min(400, size / SECTOR - from / SECTOR))) * SECTOR;
      var what = random.nextInt(3) == 0 ? "-z" : "-P " + (1 + random.nextInt(255));
      QemuImg.io(image, "write %s %d %d".formatted(what, from, length));
    }
  }

  private static long virtualSize(Path image) {
    var info = QemuImg.run("qemu-img", "info", "--output=json", "-f", "qcow2", image.toString());
    return Long.parseLong(info.replaceAll("(?s).*\"virtual-size\": ([0-9]+).*", "$1"));
  }

  private Path create(String name, int clusterSize, long size, String below) {
    var image = folder.resolve(name);
    var line = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2"));
    line.addAll(List.of("-o", "cluster_size=" + clusterSize));
    if (!below.isEmpty()) {
      line.addAll(List.of("-b", below, "-F", "qcow2"));
    }
    line.addAll(List.of(image.toString(), Long.toString(size)));
    QemuImg.run(line.toArray(String[]::new));
    return image;
  }

  private byte[] truth(Path top) throws IOException {
    var raw = folder.resolve("truth");
    QemuImg.toRaw(top, raw);
    return Files.readAllBytes(raw);
  }

  private byte[] restore(List<Path> chain, List<Boolean> described, long size) throws IOException {
    var layers = new ArrayList<Layer>();
    for (var i = 0; i < chain.size(); i++) {
      var key = chain.get(i).getFileName().toString();
      layers.add(
          described.get(i)
              ? images.described(key, chain.get(i), i > 0)
              : images.foreign(key, chain.get(i), i % 2 == 0));
    }
    var used = new byte[(int) size];
    Arrays.fill(used, (byte) 0xa5);
    var file = Files.write(folder.resolve("restored"), used);
    try (var target = DiskTarget.open(file, size, "a1".repeat(32))) {
      new NativeRestore(layers, target, Progress.silent(), 1 << 20)
          .run(RangeBuffers.of(16 << 20, layers));
    }
    return Files.readAllBytes(file);
  }
}
