// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.Qcow2Exception.damaged;

import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The zstd frames of a compressed cluster (RFC 8878, section 3.1). They end somewhere in the last
 * stored sector, and the decoder wants to know where, so their block headers are walked first.
 *
 * <pre>
 *   frame: magic 4 | descriptor 1 | window 0..1 | dictionary 0..4 | size 0..8 | blocks | checksum 0..4
 *   block: last 1 bit | type 2 bits | size 21 bits, little-endian | content
 * </pre>
 */
final class ZstdFrames {
  private static final int MAGIC = 0xfd2fb528;
  private static final int SINGLE_SEGMENT = 1 << 5;
  private static final int CHECKSUM = 1 << 2;
  private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
  private static final int[] SIZE_BYTES = {0, 2, 4, 8};
  private static final int RLE = 1;
  private static final int RESERVED = 3;

  /** Decoders are large and cannot be shared; a few wait here for their next cluster. */
  private static final BlockingQueue<ZstdJavaDecompressor> IDLE = new ArrayBlockingQueue<>(4);

  private final ByteBuffer stored;
  private final long hostOffset;

  private ZstdFrames(ByteBuffer stored, long hostOffset) {
    this.stored = stored;
    this.hostOffset = hostOffset;
  }

  /** Fills {@code cluster} from as many frames as it takes. */
  static void decode(Qcow2Run run, ByteBuffer stored, ByteBuffer cluster) {
    var frames = new ZstdFrames(stored.slice().order(ByteOrder.LITTLE_ENDIAN), run.hostOffset());
    var decoder = IDLE.poll();
    if (decoder == null) {
      decoder = new ZstdJavaDecompressor();
    }
    frames.decode(decoder, cluster);
    var _ = IDLE.offer(decoder);
  }

  private void decode(ZstdJavaDecompressor decoder, ByteBuffer cluster) {
    for (var at = 0; cluster.hasRemaining(); ) {
      var end = endOfFrame(at);
      var decoded = decode(decoder, stored.slice(at, end - at), cluster.slice());
      if (decoded == 0) {
        throw damaged(hostOffset, "a compressed cluster ends early");
      }
      cluster.position(cluster.position() + decoded);
      at = end;
    }
  }

  private int decode(ZstdJavaDecompressor decoder, ByteBuffer frame, ByteBuffer into) {
    try {
      return decoder.decompress(MemorySegment.ofBuffer(frame), MemorySegment.ofBuffer(into));
    } catch (RuntimeException e) {
      // The decoder has no one exception for bytes that cannot be: of its own, of states, of
      // indexes.
      throw damaged(hostOffset, "a compressed cluster is damaged");
    }
  }

  private int endOfFrame(int start) {
    require(start, 5);
    if (stored.getInt(start) != MAGIC) {
      throw damaged(hostOffset, "a compressed cluster is not zstd data");
    }
    var descriptor = stored.get(start + 4);
    var at = start + 5 + headerBytes(descriptor);
    while (true) {
      require(at, 3);
      var header =
          Short.toUnsignedInt(stored.getShort(at)) | Byte.toUnsignedInt(stored.get(at + 2)) << 16;
      var type = header >> 1 & 3;
      if (type == RESERVED) {
        throw damaged(hostOffset, "a compressed cluster is damaged");
      }
      var length = type == RLE ? 1 : header >>> 3;
      require(at + 3, length);
      at += 3 + length;
      if ((header & 1) != 0) {
        break;
      }
    }
    var checksum = (descriptor & CHECKSUM) != 0 ? 4 : 0;
    require(at, checksum);
    return at + checksum;
  }

  private static int headerBytes(int descriptor) {
    var single = (descriptor & SINGLE_SEGMENT) != 0;
    var sizeFlag = descriptor >> 6 & 3;
    var size = sizeFlag == 0 && single ? 1 : SIZE_BYTES[sizeFlag];
    return (single ? 0 : 1) + DICTIONARY_BYTES[descriptor & 3] + size;
  }

  private void require(int at, int length) {
    if (at > stored.limit() - length) {
      throw damaged(hostOffset, "a compressed cluster ends early");
    }
  }
}
