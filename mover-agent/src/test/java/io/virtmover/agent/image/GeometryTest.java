// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeometryTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          1,              9,  1,        1,       1,   1
          512,            9,  1,        512,     1,   1
          32769,          9,  65,       1,       2,   1
          65536,          16, 1,        65536,   1,   1
          65537,          16, 2,        1,       1,   2
          536870912,      16, 8192,     65536,   1,   8192
          536870913,      16, 8193,     1,       2,   1
          70368744177664, 21, 33554432, 2097152, 128, 262144
          """)
  void aDisk_isCutIntoClustersAndWindows(
      long virtualSize,
      int clusterBits,
      long clusters,
      int inLastCluster,
      long windows,
      int inLastWindow) {
    // given
    var geometry = new Geometry(virtualSize, clusterBits);

    // then
    assertThat(geometry.clusters()).isEqualTo(clusters);
    assertThat(geometry.bytesIn(clusters - 1)).isEqualTo(inLastCluster);
    assertThat(geometry.offsetOf(clusters - 1) + inLastCluster).isEqualTo(virtualSize);
    assertThat(geometry.windows()).isEqualTo(windows);
    assertThat(geometry.clustersInWindow(windows - 1)).isEqualTo(inLastWindow);
  }

  @Test
  void aDiskOfNothing_hasNoClusters() {
    // given
    var geometry = new Geometry(0, 16);

    // then
    assertThat(geometry.clusters()).isZero();
    assertThat(geometry.windows()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 8, false",
    "1, 9, true",
    "1, 21, true",
    "1, 22, false",
    "1, -2147483648, false",
    "-1, 16, false",
    "0, 16, true",
    "70368744177664, 16, true",
    "70368744177665, 16, false",
    "-9223372036854775808, 16, false",
  })
  void whatIsPossible_isAllThatCanBeMade(long virtualSize, int clusterBits, boolean possible) {
    assertThat(Geometry.isPossible(virtualSize, clusterBits)).isEqualTo(possible);
    if (possible) {
      assertThat(new Geometry(virtualSize, clusterBits).virtualSize()).isEqualTo(virtualSize);
    } else {
      assertThatThrownBy(() -> new Geometry(virtualSize, clusterBits))
          .isInstanceOfSatisfying(
              VirtMoverException.class,
              e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
          .hasMessageContaining("is not possible");
    }
  }
}
