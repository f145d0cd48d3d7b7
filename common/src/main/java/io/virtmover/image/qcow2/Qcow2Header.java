// SPDX-License-Identifier: Apache-2.0
package io.virtmover.image.qcow2;

import static io.virtmover.image.qcow2.Qcow2Exception.corrupt;
import static io.virtmover.image.qcow2.Qcow2Exception.unsupported;

import io.virtmover.image.Geometry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The fixed header of a qcow2 image, checked field by field (qcow2.txt, section "Header").
 *
 * <pre>
 *   0 magic "QFI\xfb"        32 crypt method          64 snapshot table offset
 *   4 version                36 L1 entries            72 incompatible features (v3)
 *   8 backing name offset    40 L1 table offset       80 compatible features
 *  16 backing name length    48 refcount table offset 88 autoclear features
 *  20 cluster bits           56 refcount clusters     96 refcount order, 100 header length
 *  24 virtual size           60 snapshot count       104 compression type
 * </pre>
 */
public record Qcow2Header(
    int version,
    Geometry geometry,
    Optional<String> backingFile,
    int l1Entries,
    long l1Offset,
    long refcountTableOffset,
    int refcountTableClusters,
    int refcountOrder) {
  static final int MAGIC = 0x514649fb;
  static final int V2_LENGTH = 72;
  static final int V3_LENGTH = 104;

  static final long DIRTY = 1;
  static final long CORRUPT_BIT = 1 << 1;
  static final long EXTERNAL_DATA = 1 << 2;
  static final long COMPRESSION_TYPE = 1 << 3;
  static final long EXTENDED_L2 = 1 << 4;

  private static final int MAX_BACKING_NAME = 1023;
  private static final int MAX_L1_BYTES = 32 << 20;
  private static final int MAX_REFCOUNT_TABLE_BYTES = 8 << 20;
  private static final int MAX_REFCOUNT_ORDER = 6;

  /** Bytes from the beginning of a file that are enough for {@link #parse}. */
  public static final int PREFIX_LENGTH = 64 << 10;

  /**
   * Reads and checks a header.
   *
   * @param prefix the first bytes of the image, {@link #PREFIX_LENGTH} or all there are
   * @param fileSize length of the image in bytes, against which every table is checked
   * @throws Qcow2Exception for anything that is not a complete, consistent, readable image
   */
  public static Qcow2Header parse(ByteBuffer prefix, long fileSize) {
    var bytes = prefix.slice().order(ByteOrder.BIG_ENDIAN);
    if (bytes.remaining() < V2_LENGTH) {
      throw corrupt(
          0, "the file has %d bytes, too short for a qcow2 header".formatted(bytes.remaining()));
    }
    if (bytes.getInt(0) != MAGIC) {
      throw corrupt(0, "it does not begin with the qcow2 signature");
    }
    var version = bytes.getInt(4);
    if (version != 2 && version != 3) {
      throw unsupported(4, "it has qcow2 version %d; 2 and 3 are known".formatted(version));
    }
    if (version == 3) {
      checkVersion3(bytes);
    }
    if (bytes.getInt(32) != 0) {
      throw unsupported(32, "it is encrypted; back up unencrypted images");
    }
    checkNoSnapshots(bytes);
    return new FieldReader(bytes, version, fileSize).read();
  }

  private static void checkVersion3(ByteBuffer bytes) {
    if (bytes.remaining() < V3_LENGTH) {
      throw corrupt(0, "the file is too short for a version 3 header");
    }
    var headerLength = bytes.getInt(100);
    if (headerLength < V3_LENGTH || headerLength % 8 != 0 || headerLength > bytes.remaining()) {
      throw corrupt(100, "the header length %d is impossible".formatted(headerLength));
    }
    var features = bytes.getLong(72);
    if ((features & EXTERNAL_DATA) != 0) {
      throw unsupported(72, "its data lies in an external data file");
    }
    if ((features & EXTENDED_L2) != 0) {
      throw unsupported(72, "it uses extended L2 entries (subclusters)");
    }
    if ((features & COMPRESSION_TYPE) != 0) {
      checkCompression(bytes, headerLength);
    }
    if ((features & CORRUPT_BIT) != 0) {
      throw corrupt(72, "QEMU has marked it as corrupt");
    }
    if ((features & DIRTY) != 0) {
      throw corrupt(72, "it was not closed cleanly (dirty bit)");
    }
    var unknown =
        features & ~(DIRTY | CORRUPT_BIT | EXTERNAL_DATA | COMPRESSION_TYPE | EXTENDED_L2);
    if (unknown != 0) {
      throw unsupported(
          72,
          "it needs the unknown incompatible feature number %d"
              .formatted(Long.numberOfTrailingZeros(unknown)));
    }
  }

  private static void checkCompression(ByteBuffer bytes, int headerLength) {
    if (headerLength <= V3_LENGTH || bytes.get(V3_LENGTH) == 0) {
      throw corrupt(72, "it has the compression type bit, but no compression type");
    }
    throw unsupported(V3_LENGTH, "its clusters are compressed with something other than zlib");
  }

  private static void checkNoSnapshots(ByteBuffer bytes) {
    if (bytes.getInt(60) != 0) {
      throw unsupported(
          60, "it has %d internal snapshots".formatted(Integer.toUnsignedLong(bytes.getInt(60))));
    }
  }

  private record FieldReader(ByteBuffer bytes, int version, long fileSize) {
    Qcow2Header read() {
      var geometry = geometry();
      var l1Entries = l1Entries(geometry);
      var l1Offset = table(40, "L1 table", (long) l1Entries * Long.BYTES, geometry);
      var refcountOrder = version == 3 ? bytes.getInt(96) : 4;
      if (refcountOrder < 0 || refcountOrder > MAX_REFCOUNT_ORDER) {
        throw corrupt(96, "the refcount order %d is impossible".formatted(refcountOrder));
      }
      var refcountClusters = refcountTableClusters(geometry);
      var refcountOffset =
          table(48, "refcount table", (long) refcountClusters << geometry.clusterBits(), geometry);
      return new Qcow2Header(
          version,
          geometry,
          backingFile(geometry),
          l1Entries,
          l1Offset,
          refcountOffset,
          refcountClusters,
          refcountOrder);
    }

    private Geometry geometry() {
      var clusterBits = bytes.getInt(20);
      if (clusterBits < Geometry.MIN_CLUSTER_BITS || clusterBits > Geometry.MAX_CLUSTER_BITS) {
        throw corrupt(20, "the cluster size 2^%d is impossible".formatted(clusterBits));
      }
      var virtualSize = bytes.getLong(24);
      if (virtualSize < 0 || virtualSize > Geometry.MAX_VIRTUAL_SIZE) {
        throw corrupt(
            24, "the virtual size %s is impossible".formatted(Long.toUnsignedString(virtualSize)));
      }
      return new Geometry(virtualSize, clusterBits);
    }

    private int l1Entries(Geometry geometry) {
      var entries = Integer.toUnsignedLong(bytes.getInt(36));
      if (entries < geometry.windows()) {
        throw corrupt(
            36,
            "the L1 table has %d entries, the disk needs %d"
                .formatted(entries, geometry.windows()));
      }
      if (entries * Long.BYTES > MAX_L1_BYTES) {
        throw corrupt(36, "an L1 table of %d entries is too large".formatted(entries));
      }
      return (int) entries;
    }

    private int refcountTableClusters(Geometry geometry) {
      var clusters = Integer.toUnsignedLong(bytes.getInt(56));
      if (clusters == 0 || clusters << geometry.clusterBits() > MAX_REFCOUNT_TABLE_BYTES) {
        throw corrupt(56, "a refcount table of %d clusters is impossible".formatted(clusters));
      }
      return (int) clusters;
    }

    private long table(int field, String what, long length, Geometry geometry) {
      var offset = bytes.getLong(field);
      if (length == 0) {
        return offset;
      }
      if (offset <= 0 || offset % geometry.clusterSize() != 0) {
        throw corrupt(
            field,
            "the %s's offset %s is impossible".formatted(what, Long.toUnsignedString(offset)));
      }
      // A table in the last cluster may end where the file does, in the middle of the cluster.
      var cutAllowed = what.startsWith("refcount") ? geometry.clusterSize() - 1L : 0;
      if (offset > fileSize - length + cutAllowed) {
        throw corrupt(
            field,
            "the %s ends at byte %d, the file at byte %d"
                .formatted(what, offset + length, fileSize));
      }
      return offset;
    }

    private Optional<String> backingFile(Geometry geometry) {
      var offset = bytes.getLong(8);
      if (offset == 0) {
        return Optional.empty();
      }
      var length = bytes.getInt(16);
      var limit = Math.min(bytes.remaining(), geometry.clusterSize());
      if (length < 0 || length > MAX_BACKING_NAME || offset < 0 || offset > limit - length) {
        throw corrupt(8, "the backing file's name is not inside the first cluster");
      }
      var name = new byte[length];
      bytes.get((int) offset, name);
      return Optional.of(new String(name, StandardCharsets.UTF_8));
    }
  }
}
