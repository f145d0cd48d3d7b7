// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.ClusterMap;
import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Maps are drawn, a letter a cluster: {@code d} is data, {@code z} zeros, a dot a hole. What is
 * handed on is written as first cluster, letter, number of clusters.
 */
@Timeout(60)
class ClusterReaderTest {
  private static final int BITS = 9;
  private static final int CLUSTER = 1 << BITS;

  private final List<String> handedOn = new ArrayList<>();
  private final List<String> wrongBytes = new ArrayList<>();

  /** Tells a cluster's bytes from another's. */
  private static byte byteAt(long guestOffset) {
    return (byte) (1 + guestOffset / 7 % 251);
  }

  private final ClusterReader.Consumer consumer =
      new ClusterReader.Consumer() {
        @Override
        public void zero(long first, long clusters) {
          handedOn.add("%dz%d".formatted(first, clusters));
        }

        @Override
        public void data(long first, int clusters, ByteBuffer bytes) {
          handedOn.add("%dd%d".formatted(first, clusters));
          assertThat(bytes.remaining()).isEqualTo(clusters * CLUSTER);
          for (var i = 0; bytes.hasRemaining(); i++) {
            var at = first * CLUSTER + i;
            var wanted = at < size ? byteAt(at) : 0;
            if (bytes.get() != wanted) {
              wrongBytes.add("byte %d".formatted(at));
            }
          }
        }
      };

  private long size;

  @ParameterizedTest
  @CsvSource({
    "...., 0, '', 0",
    "zzzz, 0, 0z4, 0",
    "d, 0, 0d1, 512",
    "dd.z, 0, '0d2 3z1', 1024",
    "dddd, 0, '0d2 2d2', 2048",
    "ddddd, 0, '0d2 2d2 4d1', 2560",
    ".ddd.zzd, 0, '1d2 3d1 5z2 7d1', 2048",
    "dd, 100, '0d2', 924",
    "d.d, 511, '0d1 2d1', 513",
    "d.z, 511, '0d1 2z1', 512"
  })
  void everythingIsHandedOnInOrder_inPiecesOfAReadAtMost(
      String map, int cutOff, String pieces, long read) {
    // given: reads of two clusters
    size = (long) map.length() * CLUSTER - cutOff;
    try (var reader = reader(new Bytes(size), 2)) {
      // when
      reader.run(drawn(map));

      // then
      assertThat(String.join(" ", handedOn)).isEqualTo(pieces);
      assertThat(wrongBytes).isEmpty();
      assertThat(reader.bytesRead()).isEqualTo(read);
    }
  }

  @Test
  void readsThatEndInAnotherOrder_areHandedOnInTheDisks() {
    // given: the first read waits for the third
    size = 6L * CLUSTER;
    var third = new CountDownLatch(1);
    var source =
        new Bytes(size) {
          @Override
          public void read(long guestOffset, ByteBuffer into) {
            if (guestOffset == 0) {
              await(third);
            }
            super.read(guestOffset, into);
            if (guestOffset == 4 * CLUSTER) {
              third.countDown();
            }
          }
        };
    try (var reader = reader(source, 3)) {
      // when
      reader.run(drawn("dddddd"));
    }

    // then
    assertThat(handedOn).containsExactly("0d2", "2d2", "4d2");
    assertThat(wrongBytes).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "5"})
  void noMoreIsReadAhead_thanThereAreBuffers(int buffers) {
    // given: every read waits until all that may run do
    size = 64L * CLUSTER;
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var all = new CountDownLatch(buffers);
    var source =
        new Bytes(size) {
          @Override
          public void read(long guestOffset, ByteBuffer into) {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            all.countDown();
            await(all);
            super.read(guestOffset, into);
            running.decrementAndGet();
          }
        };
    try (var reader = reader(source, buffers)) {
      // when
      reader.run(drawn("d".repeat(64)));
    }

    // then
    assertThat(most).hasValue(buffers);
    assertThat(wrongBytes).isEmpty();
  }

  /** They cost no buffer, so that only their number bounds them. */
  @Test
  void anyNumberOfZerosBehindASlowRead_isHandedOn() {
    // given
    var map = "d" + "z.".repeat(5000);
    size = (long) map.length() * CLUSTER;
    try (var reader = reader(new Bytes(size), 1)) {
      // when
      reader.run(drawn(map));
    }

    // then
    assertThat(handedOn).hasSize(5001).startsWith("0d1", "1z1", "3z1").endsWith("9999z1");
  }

  static Stream<Throwable> failures() {
    return Stream.of(
        new VirtMoverException(FailureKind.UNAVAILABLE, "on purpose"),
        new IllegalStateException("on purpose"),
        new OutOfMemoryError("on purpose"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whateverAReadThrows_isThrown_andNothingBehindItHandedOn(Throwable failure) {
    // given
    size = 8L * CLUSTER;
    var source =
        new Bytes(size) {
          @Override
          public void read(long guestOffset, ByteBuffer into) {
            if (guestOffset == 2 * CLUSTER) {
              switch (failure) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new AssertionError(failure);
              }
            }
            super.read(guestOffset, into);
          }
        };
    try (var reader = reader(source, 3)) {
      // then
      assertThatThrownBy(() -> reader.run(drawn("dddddddd"))).isSameAs(failure);
    }
    assertThat(handedOn).containsExactly("0d2");
  }

  @Test
  void whoWaitsForARead_canBeCanceled() {
    // given
    size = 2L * CLUSTER;
    var owner = Thread.currentThread();
    var never = new CountDownLatch(1);
    var source =
        new Bytes(size) {
          @Override
          public void read(long guestOffset, ByteBuffer into) {
            owner.interrupt();
            await(never);
          }
        };
    try (var reader = reader(source, 2)) {
      // then
      assertThatThrownBy(() -> reader.run(drawn("dd")))
          .isInstanceOfSatisfying(
              VirtMoverException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CANCELED))
          .hasMessageContaining("Reading a disk");
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private ClusterReader reader(DiskSource source, int buffers) {
    return new ClusterReader(source, consumer, CLUSTER, 2 * CLUSTER, buffers);
  }

  private ClusterMap drawn(String picture) {
    var map = new ClusterMap(new Geometry(size, BITS));
    for (var cluster = 0; cluster < picture.length(); cluster++) {
      switch (picture.charAt(cluster)) {
        case 'd' -> map.set(cluster, ClusterStatus.DATA);
        case 'z' -> map.set(cluster, ClusterStatus.ZERO);
        default -> {}
      }
    }
    return map;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A disk of bytes that follow from their offsets. */
  private static class Bytes implements DiskSource {
    private final long size;

    Bytes(long size) {
      this.size = size;
    }

    @Override
    public String name() {
      return "a disk";
    }

    @Override
    public long virtualSize() {
      return size;
    }

    @Override
    public int maxClusterBits() {
      return BITS;
    }

    @Override
    public int concurrency() {
      return 1;
    }

    @Override
    public void map(ClusterMap into) {}

    @Override
    public void read(long guestOffset, ByteBuffer into) {
      assertThat(guestOffset + into.remaining()).isLessThanOrEqualTo(size);
      for (var at = guestOffset; into.hasRemaining(); at++) {
        into.put(byteAt(at));
      }
    }

    @Override
    public void checkUnchanged() {}

    @Override
    public void close() {}
  }
}
