// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.export.ExportTimeouts;
import io.virtmover.agent.export.ExportVolume;
import io.virtmover.agent.export.GoodExporter;
import io.virtmover.agent.export.LoopbackExporter;
import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.domain.BackupType;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.transfer.DiskSize;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A volume that an exporter has all the data of, as it is for a full. */
@Timeout(60)
class PullSourceTest {
  private static final int SIZE = 200_192;
  private static final int BITS = 16;

  private final GoodExporter good = GoodExporter.of(SIZE);
  private LoopbackExporter exporter;
  private ExportVolume volume;

  @BeforeEach
  void start() {
    exporter = LoopbackExporter.start(good);
    volume = exporter.volume(ExportTimeouts.usual());
  }

  @AfterEach
  void stop() {
    volume.close();
    exporter.close();
  }

  @Test
  void aFull_isMappedAndRead() {
    // given
    var source = source(BackupType.FULL);
    var map = new ClusterMap(new Geometry(SIZE, BITS));
    var bytes = ByteBuffer.allocate(1000);

    // when
    source.map(map);
    source.read(70_000, bytes);

    // then
    assertThat(map.count(ClusterStatus.DATA)).isEqualTo(4);
    assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(good.bytes(70_000, 1000)));
  }

  /** What a full's map says means something else in an increment, and the other way round. */
  @Test
  void anIncrement_doesNotTakeAFullsMap() {
    // given
    var source = source(BackupType.INCREMENTAL);
    var map = new ClusterMap(new Geometry(SIZE, BITS));

    // then
    assertThatThrownBy(() -> source.map(map))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST));
  }

  @Test
  void whatIsKnownWithoutAsking_isNotAskedFor() {
    // given
    var source = source(BackupType.FULL);

    // then
    assertThat(source.name()).isEqualTo(volume.name());
    assertThat(source.virtualSize()).isEqualTo(SIZE);
    assertThat(source.maxClusterBits()).isEqualTo(Geometry.MAX_CLUSTER_BITS);
    assertThat(source.concurrency()).isEqualTo(ExportVolume.MOST_STREAMS);
    source.checkUnchanged();
    assertThat(exporter.requests()).isZero();
  }

  @Test
  void aSizeThatNobodyHasSaid_isAskedForOnce() {
    // given
    var source = new PullSource(volume, new DiskSize.AtMost(10 * SIZE), BackupType.FULL);
    assertThat(exporter.requests()).isZero();

    // when
    var first = source.virtualSize();
    var asked = exporter.requests();

    // then
    assertThat(first).isEqualTo(SIZE);
    assertThat(asked).isPositive();
    assertThat(source.virtualSize()).isEqualTo(SIZE);
    assertThat(exporter.requests()).isEqualTo(asked);
  }

  private PullSource source(BackupType type) {
    return new PullSource(volume, new DiskSize.Exactly(SIZE), type);
  }
}
