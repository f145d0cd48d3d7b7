// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.ImageBytes.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.image.qcow2.Qcow2Exception.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DecompressorTest {
  private static final int CLUSTER = 4096;
  private static final long HOST_OFFSET = 70_000;

  @Property(tries = 100)
  void whatWasDeflated_isTheCluster(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 600) int behind) {
    // given
    var content = content(seed);
    var deflated = deflated(content);
    var sectors = ByteBuffer.wrap(Arrays.copyOf(deflated, deflated.length + behind));

    // when
    var cluster = Decompressor.decompress(run(Qcow2Run.Kind.ZLIB), sectors, CLUSTER);

    // then
    assertThat(cluster).isEqualTo(ByteBuffer.wrap(content));
  }

  @Property(tries = 300)
  void whatIsCutOrChanged_isTheClusterOrDamage(
      @ForAll long seed, @ForAll @IntRange(min = 0) int place, @ForAll byte value) {
    // given
    var deflated = deflated(content(seed));
    deflated[place % deflated.length] = value;
    var length = new Random(seed).nextBoolean() ? place % deflated.length : deflated.length;

    // then
    try {
      var cluster =
          Decompressor.decompress(
              run(Qcow2Run.Kind.ZLIB), ByteBuffer.wrap(deflated, 0, length), CLUSTER);
      assertThat(cluster.remaining()).isEqualTo(CLUSTER);
    } catch (Qcow2Exception e) {
      assertThat(e.reason()).isEqualTo(Reason.DAMAGED);
      assertThat(e.hostOffset()).isEqualTo(HOST_OFFSET);
    }
  }

  @Test
  void lessThanACluster_isDamage() {
    // given
    var half = deflated(new byte[CLUSTER / 2]);

    // then
    assertRefused(
        () -> Decompressor.decompress(run(Qcow2Run.Kind.ZLIB), ByteBuffer.wrap(half), CLUSTER),
        Reason.DAMAGED,
        HOST_OFFSET,
        "a compressed cluster ends early");
  }

  @Test
  void whatIsNotDeflated_isDamage() {
    // given
    var bytes = new byte[512];
    Arrays.fill(bytes, (byte) 0xff);

    // then
    assertRefused(
        () -> Decompressor.decompress(run(Qcow2Run.Kind.ZLIB), ByteBuffer.wrap(bytes), CLUSTER),
        Reason.DAMAGED,
        HOST_OFFSET,
        "a compressed cluster is damaged");
  }

  @ParameterizedTest
  @EnumSource(names = {"HOLE", "ZERO", "DATA"})
  void whatIsNotCompressed_isNotAskedFor(Qcow2Run.Kind kind) {
    assertThatThrownBy(() -> Decompressor.decompress(run(kind), ByteBuffer.allocate(512), CLUSTER))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static Qcow2Run run(Qcow2Run.Kind kind) {
    return new Qcow2Run(0, CLUSTER, kind, HOST_OFFSET, 512);
  }

  /** Compresses to something between nothing and all of it. */
  static byte[] content(long seed) {
    var random = new Random(seed);
    var content = new byte[CLUSTER];
    var noise = new byte[random.nextInt(CLUSTER)];
    random.nextBytes(noise);
    System.arraycopy(noise, 0, content, 0, noise.length);
    return content;
  }

  /** As QEMU does it: without a zlib header. */
  private static byte[] deflated(byte[] content) {
    try (var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
      deflater.setInput(content);
      deflater.finish();
      var out = new byte[2 * CLUSTER];
      return Arrays.copyOf(out, deflater.deflate(out));
    }
  }
}
