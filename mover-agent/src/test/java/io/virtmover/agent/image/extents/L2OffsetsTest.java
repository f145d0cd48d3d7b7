// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.Geometry;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two windows with a table each: one of two data clusters, one of zeros alone. */
class L2OffsetsTest {
  private static final Geometry GEOMETRY = new Geometry(8 * 64 * 512, 9);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 1 2 3 4 5 6 7 | 0 1536 0 0 2048 0 0 0
          1 4             | 1536 2048
          4 5             | 2048 0
          2 3 7           | 0 0 0
          """)
  void aTableLiesBehindItsWindowsData_whereThereIsOne(String windows, String offsets) {
    // given
    var asked = offsets();

    // then
    assertThat(numbers(windows).stream().map(asked::of)).isEqualTo(numbers(offsets));
  }

  private static L2Offsets offsets() {
    var writer = new ExtentsWriter(GEOMETRY, _ -> {});
    var data = new ExtentsPageBuilder(GEOMETRY, 1, 512);
    data.addData(3, 0);
    data.addData(9, 0);
    writer.add(data.build(0));
    var zeros = new ExtentsPageBuilder(GEOMETRY, 4, 2048);
    zeros.addZero(0, 64);
    writer.add(zeros.build(0));
    return writer.l2Offsets();
  }

  private static List<Long> numbers(String words) {
    return Stream.of(words.split(" ")).map(Long::valueOf).toList();
  }
}
