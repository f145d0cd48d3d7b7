// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clusters of 512 bytes; the letters are extents of 128 bytes. */
class MapFolderTest {
  private static final int CLUSTER_BITS = 9;
  private static final int UNIT = 128;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          full      | dddd zzzz hhhh | data hole data
          full      | zzzd dzzz zhzz | data data data
          full      | zzzz zz        | hole hole
          full      | zzzz zd        | hole data
          increment | cccc dddd 0000 | hole data zero
          increment | cccd 0ccc c00c | data data data
          increment | zzzz zzz0 c000 | hole zero data
          increment | 00zz 00zd      | zero data
          increment | cccc cc        | hole hole
          increment | cccc c0        | hole data
          increment | cccc z0        | hole zero
          """)
  void extentsOfAnyAlignment_areFoldedIntoClusters(String type, String extents, String clusters) {
    var map = folded(type.equals("increment"), extents.replace(" ", ""));
    var statuses = new StringBuilder();
    for (var i = 0L; i < map.geometry().clusters(); i++) {
      statuses.append(' ').append(map.get(i).name().toLowerCase(Locale.ROOT));
    }
    assertThat(statuses.substring(1)).isEqualTo(clusters);
  }

  /** However neighbours are merged and cut, the clusters come out the same. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void randomExtents_meanWhatTheirUnitsMean(long seed) {
    var random = new Random(seed);
    var units = new StringBuilder();
    while (units.length() < 4001) {
      units.repeat("cd0z".charAt(random.nextInt(4)), 1 + random.nextInt(9));
    }
    var map = folded(true, units.toString());
    for (var cluster = 0; cluster < map.geometry().clusters(); cluster++) {
      var inIt = units.substring(cluster * 4, Math.min(units.length(), cluster * 4 + 4));
      var changed = inIt.matches(".*[d0].*");
      var zero = inIt.matches("[0z]*");
      var wanted = !changed ? ClusterStatus.HOLE : zero ? ClusterStatus.ZERO : ClusterStatus.DATA;
      assertThat(map.get(cluster)).as("seed %d, cluster %d", seed, cluster).isEqualTo(wanted);
    }
  }

  /** Equal neighbours are one extent, as the server merges them. */
  private static ClusterMap folded(boolean incremental, String units) {
    var geometry = new Geometry((long) units.length() * UNIT, CLUSTER_BITS);
    var map = new ClusterMap(geometry);
    var folder = new MapFolder(map, incremental);
    for (var at = 0; at < units.length(); ) {
      var end = at;
      while (end < units.length() && units.charAt(end) == units.charAt(at)) {
        end++;
      }
      folder.add((long) at * UNIT, (long) (end - at) * UNIT, flags(incremental, units.charAt(at)));
      at = end;
    }
    folder.finish();
    return map;
  }

  /** data or dirty, hole, dirty zeros, clean; z is zero, which an increment means as clean. */
  private static ExtentFlags flags(boolean incremental, char letter) {
    return switch (letter) {
      case 'd', 'h' -> new ExtentFlags(true, false);
      case '0' -> new ExtentFlags(true, true);
      case 'c' -> new ExtentFlags(false, false);
      default -> new ExtentFlags(!incremental, true);
    };
  }
}
