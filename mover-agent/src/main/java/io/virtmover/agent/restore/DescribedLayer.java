// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import io.virtmover.image.ClusterStatus;
import io.virtmover.image.Geometry;
import io.virtmover.image.ObjectReader;
import io.virtmover.image.extents.Extents;
import io.virtmover.image.extents.ExtentsPage;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** An image with an {@code .extents} object: nothing of the image itself is read to plan. */
public record DescribedLayer(ObjectReader object, Extents extents) implements Layer {
  @Override
  public Geometry geometry() {
    return extents.geometry();
  }

  @Override
  public boolean isVerifiable() {
    return true;
  }

  @Override
  public void units(long from, long to, Consumer<StoredUnit> each) {
    var geometry = geometry();
    var end = Math.min(to, geometry.virtualSize());
    if (from >= end) {
      return;
    }
    var windowBytes = (long) geometry.windowClusters() << geometry.clusterBits();
    for (var window = from / windowBytes; window * windowBytes < end; window++) {
      extents.page(window).ifPresent(page -> units(page, from, end, each));
    }
  }

  private void units(ExtentsPage page, long from, long to, Consumer<StoredUnit> each) {
    var geometry = geometry();
    var firstCluster = page.window() * geometry.windowClusters();
    for (var run : page.runs()) {
      if (run.status() == ClusterStatus.HOLE) {
        continue;
      }
      for (var i = 0; i < run.clusters(); i++) {
        var cluster = firstCluster + run.firstCluster() + i;
        var guestOffset = geometry.offsetOf(cluster);
        if (guestOffset < to && guestOffset + geometry.bytesIn(cluster) > from) {
          each.accept(unit(page, run, cluster, run.dataRank() + i));
        }
      }
    }
  }

  private StoredUnit unit(ExtentsPage page, ExtentsPage.Run run, long cluster, int rank) {
    var geometry = geometry();
    var isData = run.status() == ClusterStatus.DATA;
    return new StoredUnit(
        this,
        geometry.offsetOf(cluster),
        geometry.bytesIn(cluster),
        isData ? page.objectOffset() + ((long) rank << geometry.clusterBits()) : 0,
        isData ? geometry.clusterSize() : 0,
        isData ? OptionalInt.of(page.checksum(rank)) : OptionalInt.empty(),
        Optional.empty());
  }
}
