// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.ObjectReader;
import io.virtmover.agent.image.extents.Extents;
import io.virtmover.agent.image.extents.ExtentsPage;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * An image with an {@code .extents} object: nothing of the image itself is read to plan.
 *
 * @param recordedEtag the entity tag it had when it was written; empty where none was recorded
 */
public record DescribedLayer(ObjectReader object, Extents extents, String recordedEtag)
    implements Layer {
  /** Whether the object has another entity tag than when it was written, as a copy has. */
  public boolean isRetagged() {
    return !recordedEtag.isEmpty()
        && object.etag().filter(etag -> !etag.equals(recordedEtag)).isPresent();
  }

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
    var first = from >> geometry.clusterBits();
    var end = (to + geometry.clusterSize() - 1) >> geometry.clusterBits();
    for (var run : page.runs()) {
      if (run.status() == ClusterStatus.HOLE) {
        continue;
      }
      var start = firstCluster + run.firstCluster();
      var last = Math.min(end, start + run.clusters());
      for (var cluster = Math.max(first, start); cluster < last; cluster++) {
        each.accept(unit(page, run, cluster, run.dataRank() + (int) (cluster - start)));
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
