// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** A figure is told only where there is one. */
class ReportTest {

  @Test
  void aFigure_isTheMedianBetweenTheLeastAndTheMost() {
    assertThat(Series.Figure.of(3, 1, 2)).isEqualTo(new Series.Figure(2, 1, 3));
    assertThat(Series.Figure.of(4, 1, 2, 3)).isEqualTo(new Series.Figure(2.5, 1, 4));
  }

  @Test
  void steadyRows_haveARatioOfMedians() {
    var row = row(series("VirtMover", 1.0, 1.1, 1.2), series("peer", 4.4, 4.4, 5.0));
    assertThat(row.isSteady()).isTrue();
    assertThat(markdown(row)).contains("**0.25**").doesNotContain("unsteady");
  }

  @Test
  void anUnsteadySide_hasNoRatioAndSaysSo() {
    var peer = row(series("VirtMover", 1.0, 1.1, 1.2), series("peer", 4.0, 4.4, 5.1));
    var ours = row(series("VirtMover", 1.0, 1.1, 1.3), series("peer", 4.4, 4.4, 4.4));
    for (var row : List.of(peer, ours)) {
      assertThat(row.isSteady()).isFalse();
      assertThat(markdown(row)).contains("unsteady").doesNotContain("**");
    }
  }

  @Test
  void thePointsOfALine_areComparedWithItsFirst() {
    var one = series("VirtMover, 1", 1.0, 1.0, 1.0);
    var two = series("VirtMover, 2", 1.3, 1.3, 1.3);
    assertThat(markdown(new Report.Result("disks-tls", "words", true, List.of(one, two))))
        .contains("**1.30**");
  }

  @Test
  void fewRounds_areNoComparison() {
    var row = row(series("VirtMover", 1.0, 1.0), series("peer", 4.0, 4.0));
    assertThat(markdown(row)).contains("4.00", "rclone v1").doesNotContain("**");
  }

  @Test
  void thePicture_hasABarForEachSide() {
    var row = row(series("VirtMover", 1.0), series("peer", 4.0));
    assertThat(new BarPicture(List.of(row)).svg())
        .startsWith("<svg")
        .contains(">VirtMover</text>", ">peer</text>", "1.0 s", "4.0 s");
  }

  private static String markdown(Report.Result row) {
    var rounds = row.ours().rounds().size();
    var settings =
        new Report.Settings("a machine", List.of("rclone v1"), 64, rounds, false, Map.of());
    return new Report(settings, List.of(row)).markdown();
  }

  private static Report.Result row(Series... series) {
    return new Report.Result("push-tls", "words", false, List.of(series));
  }

  private static Series series(String name, double... walls) {
    var store = new BenchStore.Counters(1, 2, 3, 4, 5, Map.of());
    return new Series(
        name,
        DoubleStream.of(walls)
            .mapToObj(wall -> new Measurement(wall, wall, 1, 0, 0, store, 0.5))
            .toList());
  }
}
