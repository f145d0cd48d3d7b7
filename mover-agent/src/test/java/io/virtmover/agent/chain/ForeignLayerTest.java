// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.virtmover.agent.image.qcow2.Qcow2Exception;
import io.virtmover.agent.image.qcow2.Qcow2Image;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.Restore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of clusters of 64 KiB; whole chains of all kinds are in {@link ForeignImagesTest}. */
class ForeignLayerTest {
  private static final int CLUSTER = 1 << 16;

  @TempDir private Path folder;
  private final StoredImages images = new StoredImages();

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsStored_isVisitedClusterByCluster_holesLeftOut(boolean oneOfMany) {
    // given
    var layer = images.foreign("i", everyKind(), oneOfMany);

    // when
    var units = StoredImages.units(layer, 0, 1 << 20);

    // then
    assertThat(units)
        .extracting(unit -> unit.guestOffset() / CLUSTER + " " + kind(unit))
        .containsExactly("1 data", "2 data", "4 zero", "6 compressed");
    assertThat(units).allMatch(unit -> unit.guestLength() == CLUSTER);
    assertThat(units).allMatch(unit -> unit.checksum().isEmpty());
    assertThat(units.get(1).objectOffset()).isEqualTo(units.get(0).objectOffset() + CLUSTER);
    assertThat(layer.isVerifiable()).isFalse();
  }

  private static String kind(StoredUnit unit) {
    if (unit.compressed().isPresent()) {
      assertThat(unit.objectLength()).isPositive().isLessThan(CLUSTER);
      return "compressed";
    }
    return unit.isZero() ? "zero" : "data";
  }

  @ParameterizedTest
  @CsvSource({
    "0, 65536, ''",
    "0, 65537, 1",
    "131071, 131072, 1",
    "131072, 131073, 2",
    "100000, 300000, '1 2 4'",
    "458752, 1048576, ''",
    "1048576, 2097152, ''",
    "4194304, 8388608, ''"
  })
  void aRange_isWidenedToWholeClusters_andEndsWithTheDisk(long from, long to, String clusters) {
    // given
    var layer = images.foreign("i", everyKind(), false);

    // then
    assertThat(
            StoredImages.units(layer, from, to).stream()
                .map(unit -> Long.toString(unit.guestOffset() / CLUSTER))
                .toList())
        .isEqualTo(clusters.isEmpty() ? List.of() : List.of(clusters.split(" ")));
  }

  @Test
  void theCutClusterAtTheEnd_hasFewerGuestBytes() {
    // given
    var image = create("100k");
    QemuImg.io(image, "write -P 7 0 100k");

    // when
    var units = StoredImages.units(images.foreign("i", image, false), 0, 1 << 20);

    // then
    assertThat(units).extracting(StoredUnit::guestLength).containsExactly(CLUSTER, 36 << 10);
  }

  @Test
  void anIncrement_isToldByItsBackingFile() {
    // given
    var full = create("1M");
    var increment =
        StoredImages.create(
            folder.resolve("increment"), "1M", "backing_fmt=qcow2", "backing_file=" + full);

    // then
    assertThat(images.foreign("f", full, false).namesBackingFile()).isFalse();
    assertThat(images.foreign("i", increment, false).namesBackingFile()).isTrue();
  }

  @Test
  void tablesThatContradictEachOther_areDamage() throws IOException {
    // given: two guest clusters that share a host cluster
    var image = create("1M");
    QemuImg.io(image, "write -P 7 0 128k");
    var bytes = ByteBuffer.wrap(Files.readAllBytes(image));
    var table = (int) (bytes.getLong((int) bytes.getLong(40)) & 0x00fffffffffffe00L);
    bytes.putLong(table, bytes.getLong(table + Long.BYTES));
    Files.write(image, bytes.array());
    var layer = images.foreign("i", image, false);

    // then
    assertThatThrownBy(layer::checkStructure)
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP))
        .hasMessageContaining("The image i cannot be used");
  }

  @ParameterizedTest
  @CsvSource({
    "extended_l2=on,  NATIVE,   UNSUPPORTED,    true",
    "extended_l2=on,  QEMU_IMG, UNSUPPORTED,    false",
    "data_file=other, NATIVE,   UNSUPPORTED,    false",
    "data_file=other, QEMU_IMG, UNSUPPORTED,    false",
    ",                NATIVE,   CORRUPT_BACKUP, false",
    ",                QEMU_IMG, CORRUPT_BACKUP, false"
  })
  void anotherEngine_isAdvisedOnlyWhereItHelps(
      String options, Restore.Engine engine, FailureKind kind, boolean advised) throws IOException {
    // given: with this option, or no image at all
    var object =
        options == null
            ? images.planted("i", "no image".repeat(100).getBytes(UTF_8))
            : images.planted("i", Files.readAllBytes(create("1M", options)));
    var why = catchThrowableOfType(Qcow2Exception.class, () -> Qcow2Image.open(object));

    // when
    var failure = ForeignLayer.failure(object, why, engine);

    // then
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure).hasMessageStartingWith("The image i cannot be used: ").hasCause(why);
    assertThat(failure.getMessage().contains("--engine qemu-img")).isEqualTo(advised);
  }

  private Path everyKind() {
    var image = create("1M");
    QemuImg.io(image, "write -P 7 64k 128k", "write -z 256k 64k", "write -c -P 8 384k 64k");
    return image;
  }

  private Path create(String size, String... options) {
    var place = "=" + folder.resolve("other");
    return StoredImages.create(
        folder.resolve("image"),
        size,
        Stream.of(options).map(option -> option.replace("=other", place)).toArray(String[]::new));
  }
}
