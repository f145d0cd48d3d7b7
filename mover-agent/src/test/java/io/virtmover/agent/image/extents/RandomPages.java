// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import io.virtmover.agent.image.Geometry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The pages of an image whose clusters are of random status, laid out as a backup does. */
final class RandomPages {
  private final Geometry geometry;
  private final Random random;
  private long objectOffset;

  RandomPages(Geometry geometry, long seed) {
    this.geometry = geometry;
    this.random = new Random(seed);
    this.objectOffset = geometry.clusterSize();
  }

  /** Where the image's tables would begin. */
  long tailOffset() {
    return objectOffset;
  }

  /** Pages of about two thirds of all windows, each with at least one cluster that is no hole. */
  List<ExtentsPage> all() {
    var pages = new ArrayList<ExtentsPage>();
    for (var window = 0L; window < geometry.windows(); window++) {
      if (random.nextInt(3) > 0) {
        pages.add(page(window));
      }
    }
    return pages;
  }

  ExtentsPage page(long window) {
    var builder = new ExtentsPageBuilder(geometry, window, objectOffset);
    var clusters = geometry.clustersInWindow(window);
    var sure = random.nextInt(clusters);
    for (var cluster = 0; cluster < clusters; cluster++) {
      switch (cluster == sure ? 2 : random.nextInt(3)) {
        case 1 -> builder.addZero(cluster, 1);
        case 2 -> builder.addData(cluster, random.nextInt());
        default -> {}
      }
    }
    objectOffset += geometry.offsetOf(builder.dataClusters() + 1L);
    return builder.build(random.nextInt());
  }
}
