// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.Qcow2Exception.damaged;

import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Turns the stored bytes of a compressed cluster into the cluster. */
final class Decompressor {
  private Decompressor() {}

  /**
   * Decompresses a cluster.
   *
   * @param stored whole sectors; what follows the compressed data in them is ignored
   */
  static ByteBuffer decompress(Qcow2Run run, ByteBuffer stored, int clusterSize) {
    var cluster = ByteBuffer.allocate(clusterSize);
    switch (run.kind()) {
      case ZLIB -> inflate(run, stored, cluster);
      case ZSTD -> ZstdFrames.decode(run, stored, cluster);
      case HOLE, ZERO, DATA -> throw new IllegalArgumentException("not compressed: " + run);
    }
    return cluster.flip();
  }

  private static void inflate(Qcow2Run run, ByteBuffer stored, ByteBuffer cluster) {
    try (var inflater = new Inflater(true)) {
      inflater.setInput(stored);
      while (cluster.hasRemaining()) {
        if (inflater.inflate(cluster) == 0) {
          throw damaged(run.hostOffset(), "a compressed cluster ends early");
        }
      }
    } catch (DataFormatException e) {
      throw damaged(run.hostOffset(), "a compressed cluster is damaged");
    }
  }
}
