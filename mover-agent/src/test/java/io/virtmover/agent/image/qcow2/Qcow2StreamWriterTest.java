// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class Qcow2StreamWriterTest {
  @Property(tries = 24)
  void everyDisk_isAnImageThatQemuReadsBackEqual(
      @ForAll @IntRange(min = 9, max = 21) int clusterBits,
      @ForAll @LongRange(min = 1, max = 3000) long sectors,
      @ForAll boolean increment,
      @ForAll long seed)
      throws IOException {
    var folder = Files.createTempDirectory("writer");
    try {
      // given
      var geometry = new Geometry(sectors * 512, clusterBits);
      var disk = new RandomDisk(geometry, seed);

      // when
      var image = folder.resolve("image.qcow2");
      var extents = disk.write(image, increment ? Optional.of("base.raw") : Optional.empty());

      // then
      if (increment) {
        disk.writeBase(folder.resolve("base.raw"));
        QemuImg.rebase(image, "raw", "base.raw");
      }
      QemuImg.check(image);
      var raw = folder.resolve("raw");
      QemuImg.toRaw(image, raw);
      assertThat(Files.readAllBytes(raw)).isEqualTo(disk.expected(increment));
      assertThat(extents.imageSize()).isEqualTo(Files.size(image));
      assertEveryByteHasAChecksum(Files.readAllBytes(image), extents, increment);
    } finally {
      delete(folder);
    }
  }

  private static void assertEveryByteHasAChecksum(byte[] image, Extents extents, boolean rebased) {
    var clusterSize = extents.geometry().clusterSize();
    if (!rebased) {
      assertThat(crc(image, 0, clusterSize)).isEqualTo(extents.headerChecksum());
    }
    var covered = clusterSize;
    for (var window : extents.windows()) {
      var page = extents.page(window).orElseThrow();
      assertThat(page.objectOffset()).isEqualTo(covered);
      for (var rank = 0; rank < page.dataClusters(); rank++) {
        assertThat(crc(image, covered, clusterSize)).isEqualTo(page.checksum(rank));
        covered += clusterSize;
      }
      assertThat(crc(image, covered, clusterSize)).isEqualTo(page.l2Checksum());
      covered += clusterSize;
    }
    assertThat(extents.tailOffset()).isEqualTo(covered);
    assertThat(crc(image, covered, image.length - covered)).isEqualTo(extents.tailChecksum());
  }

  private static int crc(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Clusters of random status and content over a base of 0x5a. */
  private static final class RandomDisk {
    private static final byte BASE = 0x5a;
    private final Geometry geometry;
    private final ClusterStatus[] statuses;
    private final byte[] content;

    RandomDisk(Geometry geometry, long seed) {
      this.geometry = geometry;
      var random = new Random(seed);
      this.statuses = new ClusterStatus[(int) geometry.clusters()];
      this.content = new byte[(int) geometry.offsetOf(geometry.clusters())];
      random.nextBytes(content);
      Arrays.fill(content, (int) geometry.virtualSize(), content.length, (byte) 0);
      for (var i = 0; i < statuses.length; i++) {
        statuses[i] = ClusterStatus.ofCode(random.nextInt(3));
      }
    }

    Extents write(Path image, Optional<String> backingName) throws IOException {
      var written =
          WrittenImage.of(
              geometry,
              backingName,
              writer -> {
                for (var i = 0; i < statuses.length; i++) {
                  switch (statuses[i]) {
                    case HOLE -> {}
                    case ZERO -> writer.zero(i, 1);
                    case DATA -> writer.data(i, cluster(i));
                  }
                }
              });
      Files.write(image, WrittenImage.bytes(written.image()));
      return written.extents("side");
    }

    private ByteBuffer cluster(int number) {
      return ByteBuffer.wrap(content, (int) geometry.offsetOf(number), geometry.clusterSize())
          .slice();
    }

    void writeBase(Path base) throws IOException {
      var bytes = new byte[(int) geometry.virtualSize()];
      Arrays.fill(bytes, BASE);
      Files.write(base, bytes);
    }

    byte[] expected(boolean increment) {
      var disk = Arrays.copyOf(content, (int) geometry.virtualSize());
      for (var i = 0; i < statuses.length; i++) {
        var from = (int) geometry.offsetOf(i);
        var filler =
            switch (statuses[i]) {
              case HOLE -> increment ? BASE : 0;
              case ZERO -> 0;
              case DATA -> 1;
            };
        if (statuses[i] != ClusterStatus.DATA) {
          Arrays.fill(disk, from, from + geometry.bytesIn(i), filler);
        }
      }
      return disk;
    }
  }
}
