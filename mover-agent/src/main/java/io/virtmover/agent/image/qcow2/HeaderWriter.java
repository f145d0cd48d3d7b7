// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Writes the first cluster of an image, the counterpart of {@link HeaderParser}.
 *
 * <pre>
 *   fields | backing format extension, in an increment | end of extensions | backing name
 * </pre>
 */
final class HeaderWriter {
  private static final int VERSION = 3;
  private static final int EXTENSION_HEAD = 8;
  private static final int BACKING_FORMAT_EXTENSION = 0xe2792aca;
  private static final byte[] BACKING_FORMAT = "qcow2".getBytes(StandardCharsets.US_ASCII);

  /** An extension is filled up to a multiple of eight bytes. */
  private static final int BACKING_FORMAT_ROOM = 8;

  private HeaderWriter() {}

  static ByteBuffer write(Qcow2Header header) {
    if (header.version() != VERSION || header.compression() != Compression.ZLIB) {
      throw new IllegalArgumentException("not a header that is written: " + header);
    }
    var bytes = ByteBuffer.allocate(header.geometry().clusterSize()).order(ByteOrder.BIG_ENDIAN);
    putFields(header, bytes);
    bytes.position(HeaderField.END);
    var name = header.backingFile().orElse("").getBytes(StandardCharsets.UTF_8);
    if (name.length > 0) {
      putBackingFormat(bytes);
      bytes.putLong(HeaderField.BACKING_NAME_OFFSET, bytes.position() + EXTENSION_HEAD);
      bytes.putInt(HeaderField.BACKING_NAME_LENGTH, name.length);
    }
    // An extension of type 0 is the end of them.
    bytes.putLong(0).put(name);
    return bytes.clear();
  }

  private static void putFields(Qcow2Header header, ByteBuffer bytes) {
    var geometry = header.geometry();
    bytes.putInt(HeaderField.MAGIC, Qcow2Header.MAGIC);
    bytes.putInt(HeaderField.VERSION, VERSION);
    bytes.putInt(HeaderField.CLUSTER_BITS, geometry.clusterBits());
    bytes.putLong(HeaderField.VIRTUAL_SIZE, geometry.virtualSize());
    bytes.putInt(HeaderField.L1_ENTRIES, header.l1Entries());
    bytes.putLong(HeaderField.L1_OFFSET, header.l1Offset());
    bytes.putLong(HeaderField.REFCOUNT_TABLE_OFFSET, header.refcountTableOffset());
    bytes.putInt(HeaderField.REFCOUNT_TABLE_CLUSTERS, header.refcountTableClusters());
    bytes.putInt(HeaderField.REFCOUNT_ORDER, header.refcountOrder());
    bytes.putInt(HeaderField.HEADER_LENGTH, HeaderField.END);
  }

  private static void putBackingFormat(ByteBuffer bytes) {
    var end = bytes.position() + EXTENSION_HEAD + BACKING_FORMAT_ROOM;
    bytes.putInt(BACKING_FORMAT_EXTENSION).putInt(BACKING_FORMAT.length).put(BACKING_FORMAT);
    bytes.position(end);
  }
}
