// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.Qcow2Exception.damaged;
import static io.virtmover.agent.image.qcow2.Qcow2Exception.unsupported;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.qcow2.Qcow2Exception.Reason;
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
    Compression compression,
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
  private static final int MAX_SNAPSHOTS = 65_536;

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
    var outline = Qcow2Outline.of(prefix);
    var bytes = prefix.slice().order(ByteOrder.BIG_ENDIAN);
    if (outline.version() == 3) {
      checkVersion3(bytes);
    }
    var geometry = geometry(bytes, outline);
    checkSnapshots(bytes, geometry, fileSize);
    return new FieldReader(bytes, outline.version(), geometry, fileSize).read();
  }

  private static void checkVersion3(ByteBuffer bytes) {
    var headerLength = bytes.getInt(100);
    if (headerLength < V3_LENGTH || headerLength % 8 != 0 || headerLength > bytes.remaining()) {
      throw damaged(100, "the header length %d is impossible".formatted(headerLength));
    }
    var features = bytes.getLong(72);
    if ((features & EXTENDED_L2) != 0) {
      throw unsupported(Reason.SUBCLUSTERS, 72, "it uses extended L2 entries (subclusters)");
    }
    if ((features & CORRUPT_BIT) != 0) {
      throw damaged(Reason.NOT_CLEAN, 72, "QEMU has marked it as corrupt");
    }
    if ((features & DIRTY) != 0) {
      throw damaged(Reason.NOT_CLEAN, 72, "it was not closed cleanly (dirty bit)");
    }
    var unknown =
        features & ~(DIRTY | CORRUPT_BIT | EXTERNAL_DATA | COMPRESSION_TYPE | EXTENDED_L2);
    if (unknown != 0) {
      throw unsupported(
          Reason.UNKNOWN_FEATURE,
          72,
          "it needs the unknown incompatible feature number %d"
              .formatted(Long.numberOfTrailingZeros(unknown)));
    }
  }

  private static Geometry geometry(ByteBuffer bytes, Qcow2Outline outline) {
    var clusterBits = bytes.getInt(20);
    if (clusterBits < Geometry.MIN_CLUSTER_BITS || clusterBits > Geometry.MAX_CLUSTER_BITS) {
      throw damaged(20, "the cluster size 2^%d is impossible".formatted(clusterBits));
    }
    return new Geometry(outline.virtualSize(), clusterBits);
  }

  /** Snapshots do not matter to who reads the disk as it is, if their table is where one can be. */
  private static void checkSnapshots(ByteBuffer bytes, Geometry geometry, long fileSize) {
    var count = Integer.toUnsignedLong(bytes.getInt(60));
    var offset = bytes.getLong(64);
    if (count == 0) {
      return;
    }
    if (count > MAX_SNAPSHOTS) {
      throw damaged(60, "a table of %d internal snapshots is impossible".formatted(count));
    }
    if (offset <= 0 || offset % geometry.clusterSize() != 0 || offset >= fileSize) {
      throw damaged(
          64,
          "the offset %s of the internal snapshots is impossible"
              .formatted(Long.toUnsignedString(offset)));
    }
  }

  private record FieldReader(ByteBuffer bytes, int version, Geometry geometry, long fileSize) {
    Qcow2Header read() {
      var l1Entries = l1Entries();
      var l1Offset = table(40, "L1 table", (long) l1Entries * Long.BYTES, 0);
      var refcountOrder = version == 3 ? bytes.getInt(96) : 4;
      if (refcountOrder < 0 || refcountOrder > MAX_REFCOUNT_ORDER) {
        throw damaged(96, "the refcount order %d is impossible".formatted(refcountOrder));
      }
      var refcountClusters = refcountTableClusters();
      // The refcount table's last cluster may be cut by the end of the file.
      var refcountOffset =
          table(
              48,
              "refcount table",
              (long) refcountClusters << geometry.clusterBits(),
              geometry.clusterSize() - 1L);
      return new Qcow2Header(
          version,
          geometry,
          compression(),
          backingFile(),
          l1Entries,
          l1Offset,
          refcountOffset,
          refcountClusters,
          refcountOrder);
    }

    private int l1Entries() {
      var entries = Integer.toUnsignedLong(bytes.getInt(36));
      if (entries < geometry.windows()) {
        throw damaged(
            36,
            "the L1 table has %d entries, the disk needs %d"
                .formatted(entries, geometry.windows()));
      }
      if (entries * Long.BYTES > MAX_L1_BYTES) {
        throw damaged(36, "an L1 table of %d entries is too large".formatted(entries));
      }
      return (int) entries;
    }

    private int refcountTableClusters() {
      var clusters = Integer.toUnsignedLong(bytes.getInt(56));
      if (clusters == 0 || clusters << geometry.clusterBits() > MAX_REFCOUNT_TABLE_BYTES) {
        throw damaged(56, "a refcount table of %d clusters is impossible".formatted(clusters));
      }
      return (int) clusters;
    }

    private long table(int field, String what, long length, long cutAllowed) {
      var offset = bytes.getLong(field);
      if (length == 0) {
        return offset;
      }
      if (offset <= 0 || offset % geometry.clusterSize() != 0) {
        throw damaged(
            field,
            "the %s's offset %s is impossible".formatted(what, Long.toUnsignedString(offset)));
      }
      if (offset > fileSize - length + cutAllowed) {
        throw damaged(
            field,
            "the %s ends at byte %d, the file at byte %d"
                .formatted(what, offset + length, fileSize));
      }
      return offset;
    }

    private Compression compression() {
      if (version == 2 || (bytes.getLong(72) & COMPRESSION_TYPE) == 0) {
        return Compression.ZLIB;
      }
      var type = bytes.getInt(100) > V3_LENGTH ? bytes.get(V3_LENGTH) : 0;
      return switch (type) {
        case 0 -> throw damaged(72, "it has the compression type bit, but no compression type");
        case 1 -> Compression.ZSTD;
        default ->
            throw unsupported(
                Reason.UNKNOWN_COMPRESSION,
                V3_LENGTH,
                "its clusters are compressed with the unknown method number %d"
                    .formatted(Byte.toUnsignedInt(type)));
      };
    }

    private Optional<String> backingFile() {
      var offset = bytes.getLong(8);
      var length = bytes.getInt(16);
      if (offset == 0) {
        return Optional.empty();
      }
      var limit = Math.min(bytes.remaining(), geometry.clusterSize());
      if (length < 0 || length > MAX_BACKING_NAME || offset < 0 || offset > limit - length) {
        throw damaged(8, "the backing file's name is not inside the first cluster");
      }
      var name = new byte[length];
      bytes.get((int) offset, name);
      return Optional.of(new String(name, StandardCharsets.UTF_8)).filter(text -> !text.isEmpty());
    }
  }
}
