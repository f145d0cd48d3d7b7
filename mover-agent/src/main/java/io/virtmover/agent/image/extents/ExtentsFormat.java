// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import io.virtmover.agent.image.Geometry;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The frame around the pages of an {@code .extents} object; all numbers big-endian.
 *
 * <pre>
 *   8 bytes   "VMXTENT1"
 *   pages     one per window that is not all hole, in window order
 *   directory 32 bytes per page: u32 window, u32 page length, u64 page offset,
 *             u64 object offset of the window's data, u32 CRC32C of the page, u32 data clusters
 *   footer    {@link #FOOTER_LENGTH} bytes, see {@link Footer}
 * </pre>
 */
final class ExtentsFormat {
  static final long HEAD_MAGIC = 0x564d_5854_454e_5431L; // "VMXTENT1"
  static final long FOOT_MAGIC = 0x564d_5854_454e_4431L; // "VMXTEND1"
  static final int HEAD_LENGTH = 8;
  static final int ENTRY_LENGTH = 32;
  static final int FOOTER_LENGTH = 128;
  static final int FINGERPRINT_LENGTH = 32;
  static final int VERSION = 1;
  private static final int INCREMENT_FLAG = 1;

  /** Bytes of a varint of 32 bits. */
  static final int VARINT_LENGTH = 5;

  private ExtentsFormat() {}

  /** Most bytes of a page: every cluster of the window is a run, and data. */
  static int largestPage(Geometry geometry) {
    return Integer.BYTES + geometry.windowClusters() * (VARINT_LENGTH + Integer.BYTES);
  }

  static VirtMoverException damaged(String name, String what) {
    return new VirtMoverException(
        FailureKind.CORRUPT_BACKUP, "The side object %s is damaged: %s.".formatted(name, what));
  }

  static int crc32c(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  record Entry(
      long window, int length, long offset, long objectOffset, int checksum, int dataClusters) {
    void put(ByteBuffer into) {
      into.putInt((int) window).putInt(length).putLong(offset).putLong(objectOffset);
      into.putInt(checksum).putInt(dataClusters);
    }

    static Entry get(ByteBuffer from) {
      return new Entry(
          Integer.toUnsignedLong(from.getInt()),
          from.getInt(),
          from.getLong(),
          from.getLong(),
          from.getInt(),
          from.getInt());
    }
  }

  /**
   * What is known about the image as a whole; its last field is the CRC32C of the ones before. A
   * later version keeps the footer's length and the places of signature, version and checksum, so
   * that it is told from damage.
   */
  record Footer(
      Geometry geometry,
      boolean increment,
      long imageSize,
      long tailOffset,
      int headerChecksum,
      int tailChecksum,
      long dataClusters,
      long zeroClusters,
      long directoryOffset,
      int directoryEntries,
      int directoryChecksum,
      ByteBuffer fingerprint) {
    ByteBuffer encode() {
      var bytes = ByteBuffer.allocate(FOOTER_LENGTH).order(ByteOrder.BIG_ENDIAN);
      bytes.putLong(FOOT_MAGIC).putInt(VERSION).putInt(increment ? INCREMENT_FLAG : 0);
      bytes.putLong(geometry.virtualSize()).putInt(geometry.clusterBits()).putInt(headerChecksum);
      bytes.putLong(imageSize).putLong(tailOffset).putLong(dataClusters).putLong(zeroClusters);
      bytes.putLong(directoryOffset).putInt(directoryEntries).putInt(directoryChecksum);
      bytes.put(fingerprint.duplicate()).putInt(tailChecksum).putInt(0).putInt(0);
      bytes.putInt(crc32c(bytes.duplicate().flip()));
      return bytes.flip();
    }

    static Footer decode(String name, ByteBuffer bytes) {
      var checksum = crc32c(bytes.slice(0, FOOTER_LENGTH - Integer.BYTES));
      if (bytes.getLong(0) != FOOT_MAGIC || bytes.getInt(FOOTER_LENGTH - 4) != checksum) {
        throw damaged(name, "its footer is missing or wrong");
      }
      var from = bytes.duplicate().order(ByteOrder.BIG_ENDIAN).position(8);
      checkVersion(name, Integer.toUnsignedLong(from.getInt()));
      var increment = (from.getInt() & INCREMENT_FLAG) != 0;
      var geometry = geometry(name, from.getLong(), from.getInt());
      var headerChecksum = from.getInt();
      var imageSize = from.getLong();
      var tailOffset = from.getLong();
      if (tailOffset < geometry.clusterSize() || tailOffset > imageSize) {
        throw damaged(name, "the image's tables lie outside the image");
      }
      var dataClusters = from.getLong();
      var zeroClusters = from.getLong();
      var directoryOffset = from.getLong();
      var directoryEntries = from.getInt();
      var directoryChecksum = from.getInt();
      // A copy: a slice would keep all that was read with it in memory, for each image of a chain.
      var fingerprint = ByteBuffer.allocate(FINGERPRINT_LENGTH);
      from.get(fingerprint.array());
      return new Footer(
          geometry,
          increment,
          imageSize,
          tailOffset,
          headerChecksum,
          from.getInt(),
          dataClusters,
          zeroClusters,
          directoryOffset,
          directoryEntries,
          directoryChecksum,
          fingerprint);
    }

    /** Asked of a footer whose checksum is right: a flipped bit is no later version. */
    private static void checkVersion(String name, long version) {
      if (version < VERSION) {
        throw damaged(name, "there is no format version %d".formatted(version));
      }
      if (version > VERSION) {
        throw new VirtMoverException(
            FailureKind.UNSUPPORTED,
            "The side object %s has format version %d, this VirtMover reads up to version %d: update VirtMover."
                .formatted(name, version, VERSION));
      }
    }

    private static Geometry geometry(String name, long virtualSize, int clusterBits) {
      if (!Geometry.isPossible(virtualSize, clusterBits)) {
        throw damaged(
            name,
            "a disk of %d bytes in clusters of 2^%d is impossible"
                .formatted(virtualSize, clusterBits));
      }
      return new Geometry(virtualSize, clusterBits);
    }
  }
}
