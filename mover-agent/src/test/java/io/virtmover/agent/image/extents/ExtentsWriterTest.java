// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ExtentsWriterTest {
  @Property(tries = 100)
  void anyPages_areReadAsTheyWereWritten(
      @ForAll @IntRange(min = 9, max = 12) int clusterBits,
      @ForAll @LongRange(min = 1, max = 16 << 20) long virtualSize,
      @ForAll long seed) {
    // given
    var geometry = new Geometry(virtualSize, clusterBits);
    var random = new RandomPages(geometry, seed);
    var pages = random.all();

    // when
    var side = WrittenSide.of(geometry, random.tailOffset(), writer -> pages.forEach(writer::add));
    var extents = side.open();

    // then
    assertThat(extents.windows()).containsExactlyElementsOf(windows(pages));
    for (var page : pages) {
      ExtentsPageTest.assertSame(extents.page(page.window()).orElseThrow(), page);
    }
    assertThat(extents.dataClusters()).isEqualTo(clusters(pages, ClusterStatus.DATA));
    assertThat(extents.zeroClusters()).isEqualTo(clusters(pages, ClusterStatus.ZERO));
    assertThat(extents.tailOffset()).isEqualTo(random.tailOffset());
  }

  private static List<Long> windows(List<ExtentsPage> pages) {
    return pages.stream().map(ExtentsPage::window).toList();
  }

  private static long clusters(List<ExtentsPage> pages, ClusterStatus status) {
    return pages.stream()
        .flatMap(page -> page.runs().stream())
        .filter(run -> run.status() == status)
        .mapToLong(ExtentsPage.Run::clusters)
        .sum();
  }
}
