// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.Qcow2Exception.damaged;
import static io.virtmover.agent.image.qcow2.Qcow2Exception.unsupported;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.RandomReader;
import io.virtmover.agent.image.qcow2.Qcow2Exception.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What has to be known about an image before another program may open it: that it is one, that all
 * its bytes are in it, and how large its disk is. A header can name any other file of the machine
 * as the place of its data; such an image must never reach a program that follows the name.
 */
public record Qcow2Outline(int version, long virtualSize, boolean namesBackingFile) {
  /**
   * Reads the outline of an image.
   *
   * @throws Qcow2Exception if it is not a qcow2 image, encrypted, empty or not self-contained
   */
  public static Qcow2Outline of(RandomReader file) {
    var bytes = ByteBuffer.allocate((int) Math.min(Qcow2Header.V3_LENGTH, file.size()));
    file.read(0, bytes);
    return of(bytes.flip());
  }

  static Qcow2Outline of(ByteBuffer header) {
    var bytes = header.slice().order(ByteOrder.BIG_ENDIAN);
    if (bytes.remaining() < Qcow2Header.V2_LENGTH) {
      throw damaged(
          0, "the file has %d bytes, too short for a qcow2 header".formatted(bytes.remaining()));
    }
    if (bytes.getInt(0) != Qcow2Header.MAGIC) {
      throw damaged(0, "it does not begin with the qcow2 signature");
    }
    var version = bytes.getInt(4);
    if (version != 2 && version != 3) {
      throw unsupported(
          Reason.UNKNOWN_VERSION,
          4,
          "it has qcow2 version %s; 2 and 3 are known"
              .formatted(Integer.toUnsignedString(version)));
    }
    checkSelfContained(bytes, version);
    return new Qcow2Outline(version, virtualSize(bytes), bytes.getLong(8) != 0);
  }

  private static void checkSelfContained(ByteBuffer bytes, int version) {
    if (version == 3) {
      if (bytes.remaining() < Qcow2Header.V3_LENGTH) {
        throw damaged(0, "the file is too short for a version 3 header");
      }
      if ((bytes.getLong(72) & Qcow2Header.EXTERNAL_DATA) != 0) {
        throw unsupported(Reason.EXTERNAL_DATA_FILE, 72, "its data lies in an external data file");
      }
    }
    if (bytes.getInt(32) != 0) {
      throw unsupported(Reason.ENCRYPTED, 32, "it is encrypted");
    }
  }

  private static long virtualSize(ByteBuffer bytes) {
    var size = bytes.getLong(24);
    if (size < 0 || size > Geometry.MAX_VIRTUAL_SIZE) {
      throw damaged(24, "the virtual size %s is impossible".formatted(Long.toUnsignedString(size)));
    }
    if (size == 0) {
      throw unsupported(Reason.EMPTY_DISK, 24, "it holds a disk of 0 bytes");
    }
    return size;
  }
}
