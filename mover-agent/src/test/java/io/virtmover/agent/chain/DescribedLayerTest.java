// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.ObjectReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images drawn as in {@link ChainWindowTest}; a window of their tables is 64 clusters. */
class DescribedLayerTest {
  private static final int BITS = 9;
  private static final int CLUSTER = 1 << BITS;

  private final StoredImages images = new StoredImages();

  @ParameterizedTest
  @CsvSource({
    "0, 2048, '0d 2z 3d'",
    "0, 512, 0d",
    "0, 1, 0d",
    "512, 1024, ''",
    "1, 1025, '0d 2z'",
    "1535, 1536, 2z",
    "1536, 9999, 3d",
    "2048, 4096, ''",
    "1024, 1024, ''"
  })
  void aRange_isVisitedClusterByCluster_holesLeftOut(long from, long to, String visited) {
    // given
    var layer = images.drawn("i", "d.zd", BITS, true);

    // then
    assertThat(String.join(" ", words(StoredImages.units(layer, from, to)))).isEqualTo(visited);
  }

  @Test
  void aRangeOverSeveralWindows_skipsThoseThatAreAllHole() {
    // given
    var hole = ".".repeat(64);
    var layer = images.drawn("i", hole + ".".repeat(63) + "d" + hole + "z..d", BITS, true);

    // then
    assertThat(words(StoredImages.units(layer, 0, layer.geometry().virtualSize())))
        .containsExactly("127d", "192z", "195d");
  }

  @Test
  void everyDataCluster_isWhereItsChecksumSaysItIs() {
    // given
    var layer = images.drawn("i", "dd.d" + "z".repeat(70) + "dd", BITS, false);

    // when
    var data = StoredImages.units(layer, 0, layer.geometry().virtualSize());
    data.removeIf(StoredUnit::isZero);

    // then
    assertThat(data).hasSize(5);
    for (var unit : data) {
      var bytes = ByteBuffer.allocate(unit.objectLength());
      layer.object().read(unit.objectOffset(), bytes);
      var crc = new CRC32C();
      crc.update(bytes.flip());
      assertThat(unit.checksum()).as("%s", unit).hasValue((int) crc.getValue());
      assertThat(unit.objectLength()).isEqualTo(CLUSTER);
      assertThat(unit.compressed()).isEmpty();
    }
    assertThat(layer.isVerifiable()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"'', e1, false", "e1, e1, false", "e1, e2, true", "e1, , false", "'', , false"})
  void anotherEntityTagThanRecorded_isSeen(String recorded, String found, boolean is) {
    // given
    var drawn = images.drawn("i", "d", BITS, false);
    var object =
        new ObjectReader(images.store, "i", drawn.object().size(), Optional.ofNullable(found));

    // then
    assertThat(new DescribedLayer(object, drawn.extents(), recorded).isRetagged()).isEqualTo(is);
  }

  private static List<String> words(List<StoredUnit> units) {
    return units.stream()
        .map(unit -> (unit.guestOffset() >> BITS) + (unit.isZero() ? "z" : "d"))
        .toList();
  }
}
