// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.ExtentsFormat.Entry;
import io.virtmover.agent.image.extents.ExtentsFormat.Footer;
import io.virtmover.failure.FailureKind;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtentsFormatTest {
  private static final int VERSION_FIELD = 8;

  @Property(tries = 100)
  void anEntry_isReadAsItWasWritten(
      @ForAll @LongRange(min = 0, max = 0xffff_ffffL) long window, @ForAll long seed) {
    // given
    var random = new Random(seed);
    var entry =
        new Entry(
            window,
            random.nextInt(),
            random.nextLong(),
            random.nextLong(),
            random.nextInt(),
            random.nextInt());
    var bytes = ByteBuffer.allocate(ExtentsFormat.ENTRY_LENGTH);

    // when
    entry.put(bytes);

    // then
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(Entry.get(bytes.flip())).isEqualTo(entry);
  }

  @Property(tries = 100)
  void aFooter_isReadAsItWasWritten(
      @ForAll @LongRange(min = 0, max = Geometry.MAX_VIRTUAL_SIZE) long virtualSize,
      @ForAll @IntRange(min = 9, max = 21) int clusterBits,
      @ForAll boolean increment,
      @ForAll long seed) {
    // given
    var random = new Random(seed);
    var fingerprint = new byte[ExtentsFormat.FINGERPRINT_LENGTH];
    random.nextBytes(fingerprint);
    var imageSize = random.nextLong(4L << 20, Long.MAX_VALUE);
    var footer =
        new Footer(
            new Geometry(virtualSize, clusterBits),
            increment,
            imageSize,
            random.nextLong(2L << 20, imageSize),
            random.nextInt(),
            random.nextInt(),
            random.nextLong(),
            random.nextLong(),
            random.nextLong(),
            random.nextInt(),
            random.nextInt(),
            ByteBuffer.wrap(fingerprint));

    // when
    var bytes = footer.encode();

    // then
    assertThat(bytes.remaining()).isEqualTo(ExtentsFormat.FOOTER_LENGTH);
    assertThat(Footer.decode("x.extents", bytes)).isEqualTo(footer);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL})
  void aLaterVersion_isUnsupportedAndNoDamage(long version) {
    WrittenSide.assertRefused(
        side().footerInt(VERSION_FIELD, (int) version)::open,
        FailureKind.UNSUPPORTED,
        "The side object x.extents has format version %d, this VirtMover reads up to version 1: update VirtMover."
            .formatted(version));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          8  | 00000000         | there is no format version 0
          16 | ffffffffffffffff | a disk of -1 bytes in clusters of 2^16 is impossible
          16 | 0000400000000001 | a disk of 70368744177665 bytes in clusters of 2^16 is impossible
          24 | 00000008         | a disk of 1048576 bytes in clusters of 2^8 is impossible
          24 | 00000016         | a disk of 1048576 bytes in clusters of 2^22 is impossible
          40 | 000000000000ffff | the image's tables lie outside the image
          40 | ffffffffffffffff | the image's tables lie outside the image
          40 | 0000000000100001 | the image's tables lie outside the image
          """)
  void aFooterThatCannotBe_isDamage(int at, String hex, String why) {
    // given
    var value = Long.parseUnsignedLong(hex, 16);
    var side = hex.length() == 8 ? side().footerInt(at, (int) value) : side().footerLong(at, value);

    // then
    WrittenSide.assertDamaged(side::open, why);
  }

  /** Also one that makes it look like a later version. */
  @ParameterizedTest
  @ValueSource(ints = {0, 7, VERSION_FIELD + 3, 16, 60, 127})
  void aFlippedBit_isDamage(int at) {
    var side = side();
    WrittenSide.assertDamaged(
        side.flipped(side.length() - ExtentsFormat.FOOTER_LENGTH + at)::open,
        "its footer is missing or wrong");
  }

  private static WrittenSide side() {
    return WrittenSide.of(new Geometry(1 << 20, 16), 1 << 20, _ -> {});
  }
}
