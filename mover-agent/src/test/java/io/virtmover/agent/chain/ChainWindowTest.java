// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whose word a cell has. Images are drawn, oldest first: {@code d} is data, {@code z} zeros, a dot
 * a hole; what is read is the number of the image, or a dash for zeros.
 */
class ChainWindowTest {
  private static final int BITS = 9;

  private final StoredImages images = new StoredImages();

  @ParameterizedTest
  @CsvSource({
    "dddd, 0000",
    "...., ----",
    "d.z., 0---",
    "dddd .d.., 0100",
    "dddd ..z., 00-0",
    "dddd ..z. ..d., 0020",
    "dddd .zz. .d.., 02-0",
    "d... .d.. ..d. ...d, 0123",
    "dddd dd.. ....dd, 110022",
    "dddd dd ...., 11--",
    "dddddd .. ......, 00----",
    "dd dddd, 1111",
    "dd ..d., 001-"
  })
  void theNewestWordCounts_andNothingBeyondAnImagesEnd(String chain, String reads) {
    assertThat(read(List.of(chain.split(" ")), 0, reads.length())).isEqualTo(reads);
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 10", "2, 4, 0-", "3, 4, -"})
  void aWindow_seesItsCellsOnly(int from, int to, String reads) {
    assertThat(read(List.of("dddd", ".d.z"), from, to)).isEqualTo(reads);
  }

  @Test
  void smallerNewerClusters_leaveALargeOneInPieces() {
    // given: one cluster of four cells, and a newer image with one of them
    var large = images.drawn("0", "d", BITS + 2, false);
    var small = images.drawn("1", "..d.", BITS, true);

    // when
    var window = ChainWindow.merge(List.of(large, small), 0, 4 << BITS, BITS);

    // then
    assertThat(picture(window, 0, 4)).isEqualTo("0010");
    assertThat(window.live()).hasSize(2);
    assertThat(window.live().getFirst().pieces())
        .extracting(ChainWindow.Piece::from, ChainWindow.Piece::to)
        .containsExactly(tuple(0L, 2L << BITS), tuple(3L << BITS, 4L << BITS));
  }

  @Property(tries = 500)
  void anyChain_readsAsCellsOneByOneDo(@ForAll("chains") List<String> chain) {
    var size = chain.getLast().length();
    assertThat(read(chain, 0, size)).isEqualTo(oneByOne(chain, size));
  }

  @Provide
  Arbitrary<List<String>> chains() {
    return Arbitraries.strings()
        .withChars('d', 'z', '.')
        .ofMinLength(1)
        .ofMaxLength(12)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  private static String oneByOne(List<String> chain, int size) {
    var reads = new StringBuilder();
    for (var cell = 0; cell < size; cell++) {
      var word = '-';
      for (var image = chain.size() - 1; image >= 0; image--) {
        if (cell >= chain.get(image).length()) {
          break;
        }
        var drawn = chain.get(image).charAt(cell);
        if (drawn != '.') {
          word = drawn == 'z' ? '-' : (char) ('0' + image);
          break;
        }
      }
      reads.append(word);
    }
    return reads.toString();
  }

  private String read(List<String> chain, int from, int to) {
    var layers = images.drawnChain(BITS, chain);
    var window = ChainWindow.merge(layers, (long) from << BITS, (long) to << BITS, BITS);
    return picture(window, from, to);
  }

  /** Each cell is told exactly once. */
  private static String picture(ChainWindow window, int from, int to) {
    var cells = new String[to - from];
    Arrays.fill(cells, "?");
    for (var live : window.live()) {
      for (var piece : live.pieces()) {
        fill(cells, from, piece.from(), piece.to(), live.unit().layer().object().name());
      }
    }
    for (var zeros : window.zeros()) {
      fill(cells, from, zeros.from(), zeros.to(), "-");
    }
    return Arrays.stream(cells).collect(Collectors.joining());
  }

  private static void fill(String[] cells, int first, long from, long to, String word) {
    for (var cell = from >> BITS; cell < to >> BITS; cell++) {
      assertThat(cells[(int) cell - first]).as("cell %d", cell).isEqualTo("?");
      cells[(int) cell - first] = word;
    }
  }
}
