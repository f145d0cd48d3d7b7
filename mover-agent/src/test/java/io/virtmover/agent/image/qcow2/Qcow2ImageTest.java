// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.ImageBytes.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.qcow2.Qcow2Exception.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That all of an image reads as QEMU reads it is for {@link Qcow2ReaderTest}. */
class Qcow2ImageTest {
  private static final int CLUSTER = 64 << 10;
  private static final long MIB = 1 << 20;
  private static final String DATA_IN_TWO = "write -P 1 0 128k";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {9, 12, 16})
  void anyPiece_isThatOfTheWhole(int clusterBits) throws IOException {
    // given
    var kinds = new EveryEntryKind("compat=1.1", clusterBits);
    var file = kinds.create(folder, "image.qcow2");
    QemuImg.toRaw(file, folder.resolve("raw"));
    var wanted = Files.readAllBytes(folder.resolve("raw"));
    var bytes = ImageBytes.of(file).buffer();
    var seed = new Random().nextLong();
    var random = new Random(seed);

    for (var image :
        List.of(
            Qcow2Image.open(new BufferReader("image", bytes)),
            Qcow2Image.openOneOfMany(new BufferReader("image", bytes)))) {
      for (var i = 0; i < 200; i++) {
        // when
        var from = random.nextInt(wanted.length);
        var length = random.nextInt(Math.min(wanted.length - from, 5 << clusterBits) + 1);
        var into = ByteBuffer.allocate(length + 3).position(3);
        Arrays.fill(into.array(), (byte) 0x55);
        image.read(from, into);

        // then
        assertThat(into.hasRemaining()).isFalse();
        assertThat(into.slice(3, length))
            .as("seed %d: %d bytes from %d", seed, length, from)
            .isEqualTo(ByteBuffer.wrap(wanted, from, length));
        assertThat(into.array()).startsWith(0x55, 0x55, 0x55);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0       | 4194304 | DATA 0+131072, HOLE 131072+65536, ZERO 196608+65536, HOLE 262144+3932160
          65536   | 65536   | DATA 65536+65536
          65537   | 2       | DATA 65537+2
          131071  | 2       | DATA 131071+1, HOLE 131072+1
          4194303 | 99      | HOLE 4194303+1
          4194304 | 99      | ''
          0       | 0       | ''
          """)
  void aRequest_isCoveredByRunsUpToTheEndOfTheDisk(long from, long length, String wanted) {
    // given
    var image =
        ImageBytes.create(folder, "compat=1.1", 4 * MIB, DATA_IN_TWO, "write -z 192k 64k").open();

    // when
    var runs = new ArrayList<String>();
    image.forEachRun(
        from,
        length,
        run -> runs.add("%s %d+%d".formatted(run.kind(), run.guestOffset(), run.length())));

    // then
    assertThat(String.join(", ", runs)).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "8000000000040001, an L1 entry has reserved bits set",
    "c000000000040000, an L1 entry has reserved bits set",
    "8000000000040200, 'an L1 entry points to byte 262656, outside the file'",
    "8000000000f00000, 'an L1 entry points to byte 15728640, outside the file'",
    "80ffffffffff0000, 'an L1 entry points to byte 72057594037862400, outside the file'",
  })
  void anL1EntryThatCannotBe_isDamageWhenTheImageIsOpened(String entry, String words) {
    // given
    var image = ImageBytes.create(folder, "compat=1.1", MIB, DATA_IN_TWO);

    // then
    assertRefused(image.with(image.l1(), entry)::open, Reason.DAMAGED, image.l1(), words);
  }

  @ParameterizedTest
  @CsvSource({
    "8000000000050002, an L2 entry has reserved bits set",
    "a000000000050000, an L2 entry has reserved bits set",
    "8000000000050200, 'an L2 entry points to byte 328192, outside the file'",
    "8000000000f00000, 'an L2 entry points to byte 15728640, outside the file'",
    "8000000000f00001, 'an L2 entry points to byte 15728640, outside the file'",
    "400000000000ffff, 'a compressed cluster lies at byte 65535, outside the file'",
    "4000000000f00000, 'a compressed cluster lies at byte 15728640, outside the file'",
  })
  void anL2EntryThatCannotBe_isDamageWhenItIsRead(String entry, String words) {
    // given
    var image = ImageBytes.create(folder, "compat=1.1", MIB, DATA_IN_TWO);
    var field = image.l2() + 8;
    var opened = image.with(field, entry).open();

    // then
    assertRefused(() -> opened.read(CLUSTER, ByteBuffer.allocate(1)), Reason.DAMAGED, field, words);
  }

  @Test
  void zeroClusters_areDamageInVersion2() {
    // given
    var image = ImageBytes.create(folder, "compat=0.10", MIB, DATA_IN_TWO);
    var opened = image.with(image.l2(), 1L).open();

    // then
    assertRefused(
        () -> opened.read(0, ByteBuffer.allocate(1)), Reason.DAMAGED, image.l2(), "reserved bits");
  }

  /** QEMU does not write the rest of a cluster that the disk does not have. */
  @ParameterizedTest
  @CsvSource({"512, true", "511, false"})
  void theLastCluster_mayBeCutWhereTheDiskEnds(int stored, boolean readable) {
    // given
    var image =
        ImageBytes.create(
            folder, "compat=1.1", CLUSTER + 512, "write -P 7 0 %d".formatted(CLUSTER + 512));
    var last = new L2Entry(image.longAt(image.l2() + 8)).hostOffset();
    var cut = image.withLength((int) last + stored).open();
    var into = ByteBuffer.allocate(512);

    // then
    if (readable) {
      assertThatCode(() -> cut.read(CLUSTER, into)).doesNotThrowAnyException();
      assertThat(into.array()).containsOnly(7);
    } else {
      assertRefused(
          () -> cut.read(CLUSTER, into), Reason.DAMAGED, image.l2() + 8, "outside the file");
    }
  }

  /** A zero cluster's host cluster is never read, so it may lie where the file ends. */
  @Test
  void aZeroClusterThatKeepsOneAtTheEndOfTheFile_isZero() {
    // given
    var image = ImageBytes.create(folder, "compat=1.1", MIB, DATA_IN_TWO);
    var end = (image.size() + CLUSTER - 1) / CLUSTER * CLUSTER;
    var opened = image.withLength((int) end).with(image.l2(), end | 1).open();
    var into = ByteBuffer.allocate(9);
    into.put(0, (byte) 5);

    // when
    opened.read(0, into);

    // then
    assertThat(into.array()).containsOnly(0);
  }
}
