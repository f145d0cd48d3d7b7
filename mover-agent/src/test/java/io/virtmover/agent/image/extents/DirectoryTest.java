// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.Geometry;
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
    var extents = side(WINDOWS).open();
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
    assertThat(side(WINDOWS).open().windows()).containsExactlyElementsOf(WINDOWS);
  }

  @Test
  void aDiskOfHoles_hasNoWindow() {
    // given
    var extents = side(List.of()).open();

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
    var extents = side.open();
    var directory = side.length() - ExtentsFormat.FOOTER_LENGTH - 300 * ExtentsFormat.ENTRY_LENGTH;
    side.flipped(directory + 40);

    // then
    WrittenSide.assertDamaged(() -> extents.page(2), "its directory changed while it was read");
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

  private static void assertDamaged(WrittenSide side, String why) {
    WrittenSide.assertDamaged(side::open, why);
  }
}
