// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.RandomReader;
import io.virtmover.failure.VirtMoverException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ExtentsMemoryTest {
  private static final int CLUSTER_BITS = 16;

  /** Counts what is read at once. */
  private record CountingReader(RandomReader object, AtomicInteger largest)
      implements RandomReader {
    @Override
    public String name() {
      return object.name();
    }

    @Override
    public long size() {
      return object.size();
    }

    @Override
    public void read(long offset, ByteBuffer into) {
      largest.accumulateAndGet(into.remaining(), Math::max);
      object.read(offset, into);
    }
  }

  @Test
  void aDirectoryOf64TiB_isReadInBlocks() {
    // given
    var geometry = new Geometry(Geometry.MAX_VIRTUAL_SIZE, CLUSTER_BITS);
    var bytes = scattered(geometry, 3);
    var largest = new AtomicInteger();

    // when
    var extents =
        Extents.open(new CountingReader(new BufferReader("side", ByteBuffer.wrap(bytes)), largest));

    // then
    var windows = new ArrayList<Long>();
    extents.windows().forEach(windows::add);
    assertThat(windows).hasSize((int) (geometry.windows() + 2) / 3);
    assertThat(extents.page(3 * 40_000).orElseThrow().runs().get(1).status())
        .isEqualTo(ClusterStatus.DATA);
    assertThat(extents.page(3)).isPresent();
    assertThat(extents.page(4)).isEmpty();
    assertThat(extents.page(geometry.windows() - 1)).isEmpty();
    assertThat(largest.get()).isLessThanOrEqualTo(64 << 10);
  }

  @Test
  void anyChangedByteOfALargeDirectory_isNoticed() {
    // given
    var geometry = new Geometry(8L << 40, CLUSTER_BITS);
    var bytes = scattered(geometry, 1);
    var random = new Random(7);

    for (var i = 0; i < 20; i++) {
      // when
      var directory = (int) geometry.windows() * ExtentsFormat.ENTRY_LENGTH;
      var at = bytes.length - ExtentsFormat.FOOTER_LENGTH - 1 - random.nextInt(directory);
      var broken = bytes.clone();
      broken[at] ^= 1;

      // then
      assertThatThrownBy(() -> Extents.open(new BufferReader("side", ByteBuffer.wrap(broken))))
          .isInstanceOf(VirtMoverException.class)
          .hasMessageContaining("directory's checksum is wrong");
    }
  }

  /** One data cluster in every {@code stride}th window. */
  private static byte[] scattered(Geometry geometry, int stride) {
    return WrittenSide.of(
            geometry,
            geometry.offsetOf(1 + 2 * geometry.windows()),
            writer -> {
              var offset = (long) geometry.clusterSize();
              for (var window = 0L; window < geometry.windows(); window += stride) {
                var page = new ExtentsPageBuilder(geometry, window, offset);
                page.addData(17, (int) window);
                writer.add(page.build(0));
                offset += 2L << CLUSTER_BITS;
              }
            })
        .array();
  }
}
