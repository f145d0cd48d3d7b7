// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectoryTest {
  private static final Geometry GEOMETRY = new Geometry(1000L * 64 * 512, 9);
  private static final long IMAGE = 1 << 20;

  /** More than two blocks of 128. */
  private static final List<Long> WINDOWS =
      LongStream.range(0, 300).map(number -> 2 + 3 * number).boxed().toList();

  @Test
  void everyWindow_isFoundInAnyOrder() {
    // given
    var extents = open(side(WINDOWS));
    var asked = new ArrayList<>(LongStream.range(0, GEOMETRY.windows()).boxed().toList());
    Collections.shuffle(asked, new Random(5));

    // then
    for (var window : asked) {
      var page = extents.page(window);
      assertThat(page.isPresent()).as("window %d", window).isEqualTo(WINDOWS.contains(window));
      page.ifPresent(found -> assertThat(found.l2Checksum()).isEqualTo(window.intValue()));
    }
  }

  @Test
  void theWindows_areToldInOrder() {
    assertThat(open(side(WINDOWS)).windows()).containsExactlyElementsOf(WINDOWS);
  }

  @Test
  void aDiskOfHoles_hasNoWindow() {
    // given
    var extents = open(side(List.of()));

    // then
    assertThat(extents.windows()).isEmpty();
    assertThat(extents.page(0)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0, 000003e8
          0, 00000005
          1, 00000002
          1, 00000001
          """)
  void entriesOutOfOrderOrOfNoWindow_areDamage(int entry, String window) {
    assertDamaged(
        side(WINDOWS).entryInt(entry, 0, Integer.parseUnsignedInt(window, 16)),
        "its directory is not in order");
  }

  @ParameterizedTest
  @CsvSource({"-1", "2147483647", "581"})
  void anEntryWithAPageThatCannotBeSoLong_isDamage(int length) {
    assertDamaged(side(WINDOWS).entryInt(1, 4, length), "its directory is not in order");
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "7", "9223372036854775807", "1000000"})
  void anEntryWithAPageOutsideTheObject_isDamage(long offset) {
    assertDamaged(side(WINDOWS).entryLong(1, 8, offset), "its directory is not in order");
  }

  @ParameterizedTest
  @CsvSource({"-1", "1001", "299", "301", "2147483647"})
  void anotherNumberOfEntries_isDamage(int entries) {
    assertDamaged(side(WINDOWS).footerInt(72, entries), "its directory is not where it should be");
  }

  @Test
  void aDirectoryThatWouldBeginBeforeTheObject_isDamage() {
    // given
    var side = side(List.of());
    var entries = side.length() / ExtentsFormat.ENTRY_LENGTH + 1;
    var end = side.length() - ExtentsFormat.FOOTER_LENGTH;

    // then
    assertDamaged(
        side.footerInt(72, entries)
            .footerLong(64, end - (long) entries * ExtentsFormat.ENTRY_LENGTH),
        "its directory is not where it should be");
  }

  @Test
  void aBlockThatChangesMeanwhile_isDamage() {
    // given
    var side = side(WINDOWS);
    var extents = open(side);
    var directory = side.length() - ExtentsFormat.FOOTER_LENGTH - 300 * ExtentsFormat.ENTRY_LENGTH;
    side.flipped(directory + 40);

    // then
    assertThatThrownBy(() -> extents.page(2))
        .hasMessageContaining("its directory changed while it was read");
  }

  private static WrittenSide side(List<Long> windows) {
    return WrittenSide.of(
        GEOMETRY,
        IMAGE,
        writer -> {
          for (var window : windows) {
            var page = new ExtentsPageBuilder(GEOMETRY, window, GEOMETRY.clusterSize());
            page.addData(7, 7);
            writer.add(page.build(window.intValue()));
          }
        });
  }

  private static Extents open(WrittenSide side) {
    return Extents.open(new BufferReader("x.extents", side.bytes()));
  }

  private static void assertDamaged(WrittenSide side, String why) {
    assertThatThrownBy(() -> open(side))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.CORRUPT_BACKUP))
        .hasMessage("The side object x.extents is damaged: %s.", why);
  }
}
