// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.ImageBytes.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.virtmover.agent.image.qcow2.Qcow2Exception.Reason;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An image that QEMU made, with one number changed so that a cluster has two owners. */
class Qcow2CheckTest {
  private static final int CLUSTER = 64 << 10;
  private static final int REFCOUNT_TABLE = CLUSTER;
  private static final int REFCOUNT_BLOCK = 2 * CLUSTER;

  @TempDir private Path folder;
  private ImageBytes image;

  @BeforeEach
  void make() {
    image =
        ImageBytes.create(folder, "compat=1.1", 1 << 20, "write -P 1 0 128k", "write -z 128k 64k");
    assertThat(image.longAt(HeaderField.REFCOUNT_TABLE_OFFSET)).isEqualTo(REFCOUNT_TABLE);
    assertThat(image.longAt(REFCOUNT_TABLE)).isEqualTo(REFCOUNT_BLOCK);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 1 << 20})
  void whatQemuMade_isRight(int partClusters) {
    assertThatCode(() -> Qcow2Check.check(image.open(), partClusters)).doesNotThrowAnyException();
  }

  @Test
  void compressedClusters_shareOneOfTheFile() {
    // given
    var compressed =
        ImageBytes.create(
            folder, "compat=1.1", 1 << 20, "write -c -P 1 0 64k", "write -c -P 2 64k 64k");

    // then
    assertThatCode(() -> Qcow2Check.check(compressed.open())).doesNotThrowAnyException();
  }

  @Test
  void theL1TableInThePlaceOfTheRefcountTable_isDamage() {
    assertDamaged(
        image.with(HeaderField.L1_OFFSET, REFCOUNT_TABLE).with(REFCOUNT_TABLE, 0L),
        HeaderField.REFCOUNT_TABLE_OFFSET,
        "the refcount table lies at byte 65536, which is used already");
  }

  @ParameterizedTest
  @CsvSource({
    "0000000000010000, 'a refcount block lies at byte 65536, which is used already'",
    "0000000000020200, a refcount block lies at byte 131584",
    "0000000000f00000, a refcount block lies at byte 15728640",
    "8000000000020000, a refcount block lies at byte 9223372036854906880",
  })
  void aRefcountBlockWhereNoneCanBe_isDamage(String entry, String words) {
    assertDamaged(image.with(REFCOUNT_TABLE, entry), REFCOUNT_TABLE, words);
  }

  @Test
  void aRefcountBlockThatIsTwoOfThem_isDamage() {
    assertDamaged(
        image.with(REFCOUNT_TABLE + 8, REFCOUNT_BLOCK),
        REFCOUNT_TABLE + 8,
        "a refcount block lies at byte 131072, which is used already");
  }

  @Test
  void anL2TableInThePlaceOfAnother_isDamage() {
    assertDamaged(
        image.with(image.l1(), 0x8000_0000_0000_0000L | image.l1()),
        image.l1(),
        "an L2 table lies at byte %d, which is used already".formatted(image.l1()));
  }

  @Test
  void aDataClusterOfTwoOwners_isDamage() {
    // given
    var first = image.longAt(image.l2());

    // then
    assertDamaged(
        image.with(image.l2() + 8, first),
        image.l2() + 8,
        "a data cluster lies at byte %d, which is used already"
            .formatted(new L2Entry(first).hostOffset()));
  }

  /** It reads as zeros, and yet who writes to it writes into the other one. */
  @Test
  void aZeroClusterThatKeepsTheClusterOfAnother_isDamage() {
    // given
    var first = image.longAt(image.l2());

    // then
    assertDamaged(
        image.with(image.l2() + 16, first | 1), image.l2() + 16, "a data cluster lies at");
  }

  private static void assertDamaged(ImageBytes image, long field, String words) {
    assertRefused(() -> Qcow2Check.check(image.open()), Reason.DAMAGED, field, words);
    assertRefused(() -> Qcow2Check.check(image.open(), 1), Reason.DAMAGED, field, words);
  }
}
