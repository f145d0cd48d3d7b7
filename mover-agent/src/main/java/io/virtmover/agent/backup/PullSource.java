// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import io.virtmover.agent.export.ExportMap;
import io.virtmover.agent.export.ExportSize;
import io.virtmover.agent.export.ExportVolume;
import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.Geometry;
import io.virtmover.domain.BackupType;
import io.virtmover.transfer.DiskSize;
import java.nio.ByteBuffer;

/** A volume of a pull backup, read over KubeVirt's export endpoints. */
final class PullSource implements DiskSource {
  private final ExportVolume volume;
  private final BackupType type;
  private DiskSize size;

  PullSource(ExportVolume volume, DiskSize size, BackupType type) {
    this.volume = volume;
    this.size = size;
    this.type = type;
  }

  @Override
  public String name() {
    return volume.name();
  }

  @Override
  public long virtualSize() {
    if (size instanceof DiskSize.AtMost(var bytes)) {
      size = new DiskSize.Exactly(ExportSize.find(volume, bytes));
    }
    return size.most();
  }

  @Override
  public int maxClusterBits() {
    return Geometry.MAX_CLUSTER_BITS;
  }

  @Override
  public int concurrency() {
    return ExportVolume.MOST_STREAMS;
  }

  @Override
  public void map(ClusterMap into) {
    ExportMap.read(volume, into, type == BackupType.INCREMENTAL);
  }

  @Override
  public void read(long guestOffset, ByteBuffer into) {
    volume.read(guestOffset, into);
  }

  @Override
  public void checkUnchanged() {
    // An export is one point in time for as long as it lives.
  }

  @Override
  public void close() {
    volume.close();
  }
}
