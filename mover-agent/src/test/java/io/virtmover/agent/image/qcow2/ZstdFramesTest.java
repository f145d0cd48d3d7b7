// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.ImageBytes.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import io.virtmover.agent.image.qcow2.Qcow2Exception.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That QEMU's own zstd clusters are read is for {@link Qcow2ReaderTest}. */
class ZstdFramesTest {
  private static final int CLUSTER = 4096;
  private static final Qcow2Run RUN = DecompressorTest.run(Qcow2Run.Kind.ZSTD);

  @Property(tries = 100)
  void asManyFramesAsItTakes_areTheCluster(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int frames,
      @ForAll @IntRange(min = 0, max = 600) int behind) {
    // given
    var content = DecompressorTest.content(seed);
    var stored = stored(content, frames);

    // when
    var cluster = decode(Arrays.copyOf(stored, stored.length + behind));

    // then
    assertThat(cluster).isEqualTo(ByteBuffer.wrap(content));
  }

  @Property(tries = 500)
  void whatIsCutOrChanged_isTheClusterOrDamage(
      @ForAll long seed, @ForAll @IntRange(min = 0) int place, @ForAll byte value) {
    // given
    var random = new Random(seed);
    var stored = stored(DecompressorTest.content(seed), 1 + random.nextInt(3));
    // Half of them in the headers, where what is wrong is worse.
    var within = random.nextBoolean() ? stored.length : Math.min(stored.length, 16);
    stored[place % within] = value;
    var length = random.nextInt(3) == 0 ? place % stored.length : stored.length;

    // then
    try {
      assertThat(decode(Arrays.copyOf(stored, length)).remaining()).isEqualTo(CLUSTER);
    } catch (Qcow2Exception e) {
      assertThat(e.reason()).isEqualTo(Reason.DAMAGED);
      assertThat(e.hostOffset()).isEqualTo(RUN.hostOffset());
    }
  }

  /** Magic number, descriptor with one byte of size, then blocks of three bytes of header. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          28b52f,                 a compressed cluster ends early
          28b52ffc2000,           a compressed cluster is not zstd data
          28b52ffd,               a compressed cluster ends early
          28b52ffd2000,           a compressed cluster ends early
          28b52ffd20000100,       a compressed cluster ends early
          28b52ffd2000070000,     a compressed cluster is damaged
          28b52ffd2004210000,     a compressed cluster ends early
          28b52ffd200400000000,   a compressed cluster ends early
          28b52ffd2000010000,     a compressed cluster ends early
          28b52ffd24000100001122, a compressed cluster ends early
          28b52ffde0ffffffffffffffff010000, a compressed cluster is damaged
          """)
  void aFrameThatCannotBe_isDamage(String hex, String words) {
    assertRefused(
        () -> decode(HexFormat.of().parseHex(hex)), Reason.DAMAGED, RUN.hostOffset(), words);
  }

  private static ByteBuffer decode(byte[] stored) {
    return Decompressor.decompress(RUN, ByteBuffer.wrap(stored), CLUSTER);
  }

  /** Frames one behind the other, as zstd writes a stream that is flushed. */
  private static byte[] stored(byte[] content, int frames) {
    var compressor = new ZstdJavaCompressor();
    var out = new ByteArrayOutputStream();
    for (var i = 0; i < frames; i++) {
      var from = content.length * i / frames;
      var length = content.length * (i + 1) / frames - from;
      var room = new byte[compressor.maxCompressedLength(length)];
      var size = compressor.compress(content, from, length, room, 0, room.length);
      out.write(room, 0, size);
    }
    return out.toByteArray();
  }
}
