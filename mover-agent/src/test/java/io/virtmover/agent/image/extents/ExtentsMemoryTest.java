// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.RandomReader;
import io.virtmover.failure.VirtMoverException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExtentsMemoryTest {
  private static final int CLUSTER_BITS = 16;
  private static final ByteBuffer FINGERPRINT = ByteBuffer.allocate(32);

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

  @Property(tries = 200)
  void anExtentsObject_isNeverLargerThanItsMapSays(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 14) int longest) {
    // given
    var random = new Random(seed);
    var geometry = new Geometry(5L << 30, 12);
    var map = new ClusterMap(geometry);
    var out = new ByteArrayOutputStream();
    var writer = new ExtentsWriter(geometry, piece -> append(out, piece));
    var page = new ExtentsPageBuilder(geometry, 0, geometry.clusterSize());

    // when
    for (var at = 0L; at < geometry.clusters(); ) {
      var count = Math.min(geometry.clusters() - at, 1 + random.nextInt(1 << longest));
      var status = ClusterStatus.ofCode(random.nextInt(3));
      map.set(at, count, status);
      for (var cluster = at; cluster < at + count; cluster++) {
        var window = cluster / geometry.windowClusters();
        var within = (int) (cluster % geometry.windowClusters());
        if (window != page.window()) {
          add(writer, page);
          page = new ExtentsPageBuilder(geometry, window, geometry.clusterSize());
        }
        if (status == ClusterStatus.DATA && random.nextInt(4) > 0) {
          page.addData(within, random.nextInt());
        } else if (status != ClusterStatus.HOLE) {
          page.addZero(within, 1);
        }
      }
      at += count;
    }
    add(writer, page);
    writer.finish(true, 1, 1, 0, 0, FINGERPRINT.duplicate());

    // then
    var bound = ExtentsSize.of(map);
    var windows = directoryEntries(out.toByteArray());
    assertThat((long) out.size()).isLessThanOrEqualTo(bound.object());
    assertThat(windows * ExtentsFormat.ENTRY_LENGTH).isLessThanOrEqualTo(bound.directory());
    var blind = ExtentsSize.of(geometry);
    assertThat(bound.object()).isLessThanOrEqualTo(blind.object());
    assertThat(bound.directory()).isLessThanOrEqualTo(blind.directory());
  }

  private static long directoryEntries(byte[] bytes) {
    var footer =
        ByteBuffer.wrap(
            bytes, bytes.length - ExtentsFormat.FOOTER_LENGTH, ExtentsFormat.FOOTER_LENGTH);
    return ExtentsFormat.Footer.decode("side", footer.slice()).directoryEntries();
  }

  private static void add(ExtentsWriter writer, ExtentsPageBuilder page) {
    if (!page.isEmpty()) {
      writer.add(page.build(0));
    }
  }

  /** One data cluster in every {@code stride}th window. */
  private static byte[] scattered(Geometry geometry, int stride) {
    var out = new ByteArrayOutputStream();
    var writer = new ExtentsWriter(geometry, piece -> append(out, piece));
    var offset = (long) geometry.clusterSize();
    for (var window = 0L; window < geometry.windows(); window += stride) {
      var page = new ExtentsPageBuilder(geometry, window, offset);
      page.addData(17, (int) window);
      writer.add(page.build(0));
      offset += 2L << CLUSTER_BITS;
    }
    writer.finish(true, offset, offset, 0, 0, FINGERPRINT.duplicate());
    return out.toByteArray();
  }

  private static void append(ByteArrayOutputStream out, ByteBuffer piece) {
    var copy = new byte[piece.remaining()];
    piece.duplicate().get(copy);
    out.writeBytes(copy);
  }
}
