// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.ExtentsPage.Run;
import org.junit.jupiter.api.Test;

class ExtentsPageBuilderTest {
  /** A window of 128 clusters and one of 22. */
  private static final Geometry GEOMETRY = new Geometry(150 << 10, 10);

  @Test
  void whatIsNotMentioned_isHole() {
    // given
    var builder = new ExtentsPageBuilder(GEOMETRY, 1, 4096);

    // when
    builder.addZero(3, 2);
    builder.addData(7, 70);
    builder.addData(8, 80);
    var page = builder.build(99);

    // then
    assertThat(page.runs())
        .containsExactly(
            new Run(0, 3, ClusterStatus.HOLE, 0),
            new Run(3, 2, ClusterStatus.ZERO, 0),
            new Run(5, 2, ClusterStatus.HOLE, 0),
            new Run(7, 2, ClusterStatus.DATA, 0),
            new Run(9, 13, ClusterStatus.HOLE, 2));
    assertThat(page.checksum(0)).isEqualTo(70);
    assertThat(page.checksum(1)).isEqualTo(80);
    assertThat(page.l2Checksum()).isEqualTo(99);
    assertThat(page.window()).isEqualTo(1);
    assertThat(page.objectOffset()).isEqualTo(4096);
  }

  @Test
  void aWindowThatIsFull_hasNoHole() {
    // given
    var builder = new ExtentsPageBuilder(GEOMETRY, 0, 1024);

    // when
    for (var cluster = 0; cluster < 128; cluster++) {
      builder.addData(cluster, cluster);
    }
    var page = builder.build(0);

    // then
    assertThat(page.runs()).containsExactly(new Run(0, 128, ClusterStatus.DATA, 0));
    assertThat(page.dataClusters()).isEqualTo(128);
    assertThat(page.checksum(127)).isEqualTo(127);
  }

  @Test
  void zerosAreSomething_aWindowOfThemIsNotEmpty() {
    // given
    var builder = new ExtentsPageBuilder(GEOMETRY, 0, 1024);
    assertThat(builder.isEmpty()).isTrue();

    // when
    builder.addZero(0, 1);

    // then
    assertThat(builder.isEmpty()).isFalse();
    assertThat(builder.dataClusters()).isZero();
  }
}
