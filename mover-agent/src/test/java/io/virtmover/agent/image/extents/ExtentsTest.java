// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExtentsTest {
  private static final Geometry GEOMETRY = new Geometry(40 * 64 * 512 + 7, 9);

  /** Whoever wrote it, and however wrong: the checksums are right in all of them. */
  @Property(tries = 4000, shrinking = ShrinkingMode.OFF)
  void changedObjectsWithRightChecksums_areReadOrRefused(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int changes) {
    // given
    var random = new Random(seed);
    var side = written(seed);
    var tables = ExtentsFormat.FOOTER_LENGTH + 4 * ExtentsFormat.ENTRY_LENGTH;
    for (var i = 0; i < changes; i++) {
      var nearTheEnd = random.nextInt(3) > 0;
      var from = nearTheEnd ? side.length() - tables : 0;
      var at = from + random.nextInt(side.length() - from);
      side.anyByte(at, random.nextBoolean() ? random.nextInt(256) : 0xff * random.nextInt(2));
    }

    // then
    try {
      var extents = side.open();
      for (var window : extents.windows()) {
        var page = extents.page(window).orElseThrow();
        var end = page.objectOffset() + extents.geometry().offsetOf(page.dataClusters() + 1L);
        assertThat(end).isBetween(1L, extents.tailOffset());
      }
      assertThat(extents.tailOffset()).isBetween(512L, extents.imageSize());
    } catch (VirtMoverException e) {
      assertThat(e.kind()).isIn(FailureKind.CORRUPT_BACKUP, FailureKind.UNSUPPORTED);
      assertThat(e.getMessage()).contains(WrittenSide.NAME);
    }
  }

  @Property(tries = 200)
  void anyFlippedBit_isNoticed(@ForAll long seed, @ForAll @IntRange(min = 0) int place) {
    // given
    var side = written(seed);
    // What is before the pages is for people who look at it.
    var at = ExtentsFormat.HEAD_LENGTH + place % (side.length() - ExtentsFormat.HEAD_LENGTH);

    // then
    assertThatThrownBy(
            () -> {
              var extents = side.flipped(at).open();
              extents.windows().forEach(extents::page);
            })
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 135})
  void whatIsTooShort_isDamage(int length) {
    // given
    var reader = new BufferReader(WrittenSide.NAME, ByteBuffer.allocate(length));

    // then
    WrittenSide.assertDamaged(() -> Extents.open(reader), "it has only %d bytes".formatted(length));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 511, 1537, Long.MAX_VALUE - 511, Long.MAX_VALUE, Long.MIN_VALUE, -512})
  void aWindowOutsideTheImage_isDamage(long objectOffset) {
    // given
    var side = oneWindow().entryLong(0, 16, objectOffset);

    // then
    WrittenSide.assertDamaged(() -> side.open().page(3), "window 3 lies outside the image");
  }

  /** The header, one data cluster, one L2 table, and where the tables would be. */
  @Example
  void aWindowThatEndsWhereTheTablesBegin_isRead() {
    // given
    var extents = oneWindow().open();

    // then
    assertThat(extents.page(3))
        .hasValueSatisfying(page -> assertThat(page.checksum(0)).isEqualTo(9));
    assertThat(extents.page(4)).isEmpty();
    assertThat(extents.isIncrement()).isTrue();
    assertThat(extents.imageSize()).isEqualTo(1536);
    assertThat(extents.geometry()).isEqualTo(GEOMETRY);
  }

  private static WrittenSide oneWindow() {
    return WrittenSide.of(
        GEOMETRY,
        1536,
        writer -> {
          var page = new ExtentsPageBuilder(GEOMETRY, 3, 512);
          page.addData(5, 9);
          writer.add(page.build(0));
        });
  }

  private static WrittenSide written(long seed) {
    var pages = new RandomPages(GEOMETRY, seed);
    var all = pages.all();
    return WrittenSide.of(GEOMETRY, pages.tailOffset(), writer -> all.forEach(writer::add));
  }
}
