// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.GrowingBytes;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtentsSizeTest {
  /** Windows of 64 clusters. */
  private static final Geometry SMALL = new Geometry(10L * 64 * 512, 9);

  private static final int FRAME = ExtentsFormat.HEAD_LENGTH + ExtentsFormat.FOOTER_LENGTH;
  private static final int WINDOW = ExtentsFormat.ENTRY_LENGTH + 14;
  private static final int RUN = 10;
  private static final int CLUSTER = 5;

  @Property(tries = 200)
  void anExtentsObject_isNeverLargerThanItsMapSays(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 14) int longest) {
    // given
    var geometry = new Geometry(5L << 30, 12);
    var map = new ClusterMap(geometry);

    // when
    var side =
        WrittenSide.of(
            geometry,
            geometry.clusterSize(),
            writer -> tell(new Random(seed), 1 << longest, map, writer));

    // then
    var bound = ExtentsSize.of(map);
    assertThat((long) side.length()).isLessThanOrEqualTo(bound.object());
    assertThat((long) side.directoryLength()).isLessThanOrEqualTo(bound.directory());
    var blind = ExtentsSize.of(geometry);
    assertThat(bound.object()).isLessThanOrEqualTo(blind.object());
    assertThat(bound.directory()).isLessThanOrEqualTo(blind.directory());
  }

  /** Some of what the map takes for data turns out to be zeros. */
  private static void tell(Random random, int longest, ClusterMap map, ExtentsWriter writer) {
    var geometry = map.geometry();
    var page = new ExtentsPageBuilder(geometry, 0, geometry.clusterSize());
    for (var at = 0L; at < geometry.clusters(); ) {
      var count = Math.min(geometry.clusters() - at, 1 + random.nextInt(longest));
      var status = ClusterStatus.ofCode(random.nextInt(3));
      map.set(at, count, status);
      for (var cluster = at; cluster < at + count; cluster++) {
        var window = cluster / geometry.windowClusters();
        var within = (int) (cluster % geometry.windowClusters());
        if (window != page.window()) {
          add(writer, page);
          page = new ExtentsPageBuilder(geometry, window, geometry.clusterSize());
        }
        if (status == ClusterStatus.DATA && random.nextInt(4) > 0) {
          page.addData(within, random.nextInt());
        } else if (status != ClusterStatus.HOLE) {
          page.addZero(within, 1);
        }
      }
      at += count;
    }
    add(writer, page);
  }

  private static void add(ExtentsWriter writer, ExtentsPageBuilder page) {
    if (!page.isEmpty()) {
      writer.add(page.build(0));
    }
  }

  @Test
  void aDiskOfHoles_takesTheFrameAlone() {
    assertThat(ExtentsSize.of(new ClusterMap(SMALL))).isEqualTo(new ExtentsSize(0, FRAME));
  }

  /** A run counts once in each window that it touches, and two runs do not share a window twice. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          0,  1,  DATA, 1, 1, 1
          0,  1,  ZERO, 1, 1, 0
          63, 2,  DATA, 2, 2, 2
          63, 66, ZERO, 3, 3, 0
          64, 64, DATA, 1, 1, 64
          """)
  void aRun_takesItsWindowsRunsAndChecksums(
      long first, long clusters, ClusterStatus status, int windows, int runs, int data) {
    // given
    var map = new ClusterMap(SMALL);
    map.set(first, clusters, status);

    // then
    assertThat(ExtentsSize.of(map))
        .isEqualTo(
            new ExtentsSize(
                GrowingBytes.CHUNK, FRAME + windows * WINDOW + runs * RUN + data * CLUSTER));
  }

  @Test
  void twoRunsInOneWindow_takeOnePage() {
    // given
    var map = new ClusterMap(SMALL);
    map.set(3, ClusterStatus.DATA);
    map.set(9, ClusterStatus.ZERO);

    // then
    assertThat(ExtentsSize.of(map).object()).isEqualTo(FRAME + WINDOW + 2 * RUN + CLUSTER);
  }
}
