// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.extents.ExtentsPage.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RunsTest {
  @Example
  void neighboursOfOneStatus_areOneRun() {
    // given
    var runs = new Runs();

    // when
    runs.add(3, ClusterStatus.HOLE);
    runs.add(2, ClusterStatus.DATA);
    runs.add(1, ClusterStatus.DATA);
    runs.add(4, ClusterStatus.ZERO);
    runs.add(1, ClusterStatus.DATA);

    // then
    assertThat(runs)
        .containsExactly(
            new Run(0, 3, ClusterStatus.HOLE, 0),
            new Run(3, 3, ClusterStatus.DATA, 0),
            new Run(6, 4, ClusterStatus.ZERO, 3),
            new Run(10, 1, ClusterStatus.DATA, 3));
    assertThat(runs.covered()).isEqualTo(11);
    assertThat(runs.dataClusters()).isEqualTo(4);
  }

  @Example
  void nothing_coversNothing() {
    // given
    var runs = new Runs();

    // then
    assertThat(runs).isEmpty();
    assertThat(runs.covered()).isZero();
    assertThat(runs.dataClusters()).isZero();
  }

  @Property(tries = 200)
  void anyClusters_areToldAsTheyWereAdded(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int additions) {
    // given
    var random = new Random(seed);
    var told = new ArrayList<ClusterStatus>();
    var runs = new Runs();

    // when
    for (var i = 0; i < additions; i++) {
      var status = ClusterStatus.ofCode(random.nextInt(3));
      var clusters = 1 + random.nextInt(5);
      runs.add(clusters, status);
      for (var j = 0; j < clusters; j++) {
        told.add(status);
      }
    }
    var trimmed = runs.trimmed();
    runs.add(1, ClusterStatus.DATA);

    // then
    assertThat(spread(trimmed)).isEqualTo(told);
    for (var i = 1; i < trimmed.size(); i++) {
      assertThat(trimmed.get(i).status()).isNotEqualTo(trimmed.get(i - 1).status());
      assertThat(trimmed.get(i).dataRank())
          .isEqualTo(dataBefore(told, trimmed.get(i).firstCluster()));
    }
  }

  private static List<ClusterStatus> spread(List<Run> runs) {
    var statuses = new ArrayList<ClusterStatus>();
    for (var run : runs) {
      assertThat(run.firstCluster()).isEqualTo(statuses.size());
      for (var i = 0; i < run.clusters(); i++) {
        statuses.add(run.status());
      }
    }
    return statuses;
  }

  private static long dataBefore(List<ClusterStatus> statuses, int cluster) {
    return statuses.subList(0, cluster).stream().filter(ClusterStatus.DATA::equals).count();
  }
}
