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
    var bytes = ByteBuffer.allocate((int) Math.min(HeaderField.V3_END, file.size()));
    file.read(0, bytes);
    return of(bytes.flip());
  }

  static Qcow2Outline of(ByteBuffer header) {
    var bytes = header.slice().order(ByteOrder.BIG_ENDIAN);
    if (bytes.remaining() < HeaderField.V2_END) {
      throw damaged(
          HeaderField.MAGIC,
          "the file has %d bytes, too short for a qcow2 header".formatted(bytes.remaining()));
    }
    if (bytes.getInt(HeaderField.MAGIC) != Qcow2Header.MAGIC) {
      throw damaged(HeaderField.MAGIC, "it does not begin with the qcow2 signature");
    }
    var version = bytes.getInt(HeaderField.VERSION);
    if (version != 2 && version != 3) {
      throw unsupported(
          Reason.UNKNOWN_VERSION,
          HeaderField.VERSION,
          "it has qcow2 version %s; 2 and 3 are known"
              .formatted(Integer.toUnsignedString(version)));
    }
    checkSelfContained(bytes, version);
    return new Qcow2Outline(
        version, virtualSize(bytes), bytes.getLong(HeaderField.BACKING_NAME_OFFSET) != 0);
  }

  private static void checkSelfContained(ByteBuffer bytes, int version) {
    if (version == 3) {
      if (bytes.remaining() < HeaderField.V3_END) {
        throw damaged(HeaderField.MAGIC, "the file is too short for a version 3 header");
      }
      if (IncompatibleFeatures.in(bytes).hasExternalData()) {
        throw unsupported(
            Reason.EXTERNAL_DATA_FILE,
            HeaderField.INCOMPATIBLE_FEATURES,
            "its data lies in an external data file");
      }
    }
    if (bytes.getInt(HeaderField.CRYPT_METHOD) != 0) {
      throw unsupported(Reason.ENCRYPTED, HeaderField.CRYPT_METHOD, "it is encrypted");
    }
  }

  private static long virtualSize(ByteBuffer bytes) {
    var size = bytes.getLong(HeaderField.VIRTUAL_SIZE);
    if (size < 0 || size > Geometry.MAX_VIRTUAL_SIZE) {
      throw damaged(
          HeaderField.VIRTUAL_SIZE,
          "the virtual size %s is impossible".formatted(Long.toUnsignedString(size)));
    }
    if (size == 0) {
      throw unsupported(Reason.EMPTY_DISK, HeaderField.VIRTUAL_SIZE, "it holds a disk of 0 bytes");
    }
    return size;
  }
}
