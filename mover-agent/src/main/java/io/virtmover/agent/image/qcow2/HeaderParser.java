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

/** Reads a header and checks it field by field; {@link HeaderWriter} is its counterpart. */
record HeaderParser(ByteBuffer bytes, int version, Geometry geometry, long fileSize) {
  private static final int MAX_BACKING_NAME = 1023;
  private static final int MAX_L1_BYTES = 32 << 20;
  private static final int MAX_REFCOUNT_TABLE_BYTES = 8 << 20;
  private static final int MAX_REFCOUNT_ORDER = 6;
  private static final int V2_REFCOUNT_ORDER = 4;
  private static final int MAX_SNAPSHOTS = 65_536;

  static Qcow2Header parse(ByteBuffer prefix, long fileSize) {
    var outline = Qcow2Outline.of(prefix);
    var bytes = prefix.slice().order(ByteOrder.BIG_ENDIAN);
    if (outline.version() == 3) {
      checkVersion3(bytes);
    }
    var geometry = geometry(bytes, outline);
    return new HeaderParser(bytes, outline.version(), geometry, fileSize).read();
  }

  private static void checkVersion3(ByteBuffer bytes) {
    var length = bytes.getInt(HeaderField.HEADER_LENGTH);
    if (length < HeaderField.V3_END || length % 8 != 0 || length > bytes.remaining()) {
      throw damaged(
          HeaderField.HEADER_LENGTH, "the header length %d is impossible".formatted(length));
    }
    var features = IncompatibleFeatures.in(bytes);
    if (features.hasExtendedL2()) {
      throw unsupported(
          Reason.SUBCLUSTERS,
          HeaderField.INCOMPATIBLE_FEATURES,
          "it uses extended L2 entries (subclusters)");
    }
    if (features.isCorrupt()) {
      throw notClean("QEMU has marked it as corrupt");
    }
    if (features.isDirty()) {
      throw notClean("it was not closed cleanly (dirty bit)");
    }
    features
        .unknown()
        .ifPresent(
            number -> {
              throw unsupported(
                  Reason.UNKNOWN_FEATURE,
                  HeaderField.INCOMPATIBLE_FEATURES,
                  "it needs the unknown incompatible feature number %d".formatted(number));
            });
  }

  private static Qcow2Exception notClean(String what) {
    return damaged(Reason.NOT_CLEAN, HeaderField.INCOMPATIBLE_FEATURES, what);
  }

  private static Geometry geometry(ByteBuffer bytes, Qcow2Outline outline) {
    var clusterBits = bytes.getInt(HeaderField.CLUSTER_BITS);
    if (!Geometry.isClusterSize(clusterBits)) {
      throw damaged(
          HeaderField.CLUSTER_BITS, "the cluster size 2^%d is impossible".formatted(clusterBits));
    }
    return new Geometry(outline.virtualSize(), clusterBits);
  }

  private Qcow2Header read() {
    checkSnapshots();
    var l1Entries = l1Entries();
    var l1Offset = tableOffset(HeaderField.L1_OFFSET, "L1 table", (long) l1Entries * Long.BYTES, 0);
    var refcountOrder = refcountOrder();
    var refcountClusters = refcountTableClusters();
    // The refcount table's last cluster may be cut by the end of the file.
    var refcountOffset =
        tableOffset(
            HeaderField.REFCOUNT_TABLE_OFFSET,
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

  /** Snapshots do not matter to who reads the disk as it is, if their table is where one can be. */
  private void checkSnapshots() {
    var count = Integer.toUnsignedLong(bytes.getInt(HeaderField.SNAPSHOTS));
    var offset = bytes.getLong(HeaderField.SNAPSHOT_TABLE_OFFSET);
    if (count == 0) {
      return;
    }
    if (count > MAX_SNAPSHOTS) {
      throw damaged(
          HeaderField.SNAPSHOTS, "a table of %d internal snapshots is impossible".formatted(count));
    }
    if (offset <= 0 || offset % geometry.clusterSize() != 0 || offset >= fileSize) {
      throw damaged(
          HeaderField.SNAPSHOT_TABLE_OFFSET,
          "the offset %s of the internal snapshots is impossible"
              .formatted(Long.toUnsignedString(offset)));
    }
  }

  private int l1Entries() {
    var entries = Integer.toUnsignedLong(bytes.getInt(HeaderField.L1_ENTRIES));
    if (entries < geometry.windows()) {
      throw damaged(
          HeaderField.L1_ENTRIES,
          "the L1 table has %d entries, the disk needs %d".formatted(entries, geometry.windows()));
    }
    if (entries * Long.BYTES > MAX_L1_BYTES) {
      throw damaged(
          HeaderField.L1_ENTRIES, "an L1 table of %d entries is too large".formatted(entries));
    }
    return (int) entries;
  }

  private int refcountOrder() {
    var order = version == 3 ? bytes.getInt(HeaderField.REFCOUNT_ORDER) : V2_REFCOUNT_ORDER;
    if (order < 0 || order > MAX_REFCOUNT_ORDER) {
      throw damaged(
          HeaderField.REFCOUNT_ORDER, "the refcount order %d is impossible".formatted(order));
    }
    return order;
  }

  private int refcountTableClusters() {
    var clusters = Integer.toUnsignedLong(bytes.getInt(HeaderField.REFCOUNT_TABLE_CLUSTERS));
    if (clusters == 0 || clusters << geometry.clusterBits() > MAX_REFCOUNT_TABLE_BYTES) {
      throw damaged(
          HeaderField.REFCOUNT_TABLE_CLUSTERS,
          "a refcount table of %d clusters is impossible".formatted(clusters));
    }
    return (int) clusters;
  }

  private long tableOffset(int field, String what, long length, long cutAllowed) {
    var offset = bytes.getLong(field);
    if (length == 0) {
      return offset;
    }
    if (offset <= 0 || offset % geometry.clusterSize() != 0) {
      throw damaged(
          field, "the %s's offset %s is impossible".formatted(what, Long.toUnsignedString(offset)));
    }
    if (offset > fileSize - length + cutAllowed) {
      throw damaged(
          field,
          "the %s ends at byte %d, the file at byte %d".formatted(what, offset + length, fileSize));
    }
    return offset;
  }

  private Compression compression() {
    if (version == 2 || !IncompatibleFeatures.in(bytes).hasCompressionType()) {
      return Compression.ZLIB;
    }
    var isThere = bytes.getInt(HeaderField.HEADER_LENGTH) > HeaderField.COMPRESSION_TYPE;
    var type = isThere ? bytes.get(HeaderField.COMPRESSION_TYPE) : 0;
    return switch (type) {
      case 0 ->
          throw damaged(
              HeaderField.INCOMPATIBLE_FEATURES,
              "it has the compression type bit, but no compression type");
      case 1 -> Compression.ZSTD;
      default ->
          throw unsupported(
              Reason.UNKNOWN_COMPRESSION,
              HeaderField.COMPRESSION_TYPE,
              "its clusters are compressed with the unknown method number %d"
                  .formatted(Byte.toUnsignedInt(type)));
    };
  }

  private Optional<String> backingFile() {
    var offset = bytes.getLong(HeaderField.BACKING_NAME_OFFSET);
    var length = bytes.getInt(HeaderField.BACKING_NAME_LENGTH);
    if (offset == 0) {
      return Optional.empty();
    }
    var limit = Math.min(bytes.remaining(), geometry.clusterSize());
    if (length < 0 || length > MAX_BACKING_NAME || offset < 0 || offset > limit - length) {
      throw damaged(
          HeaderField.BACKING_NAME_OFFSET,
          "the backing file's name is not inside the first cluster");
    }
    var name = new byte[length];
    bytes.get((int) offset, name);
    return Optional.of(new String(name, StandardCharsets.UTF_8)).filter(text -> !text.isEmpty());
  }
}
