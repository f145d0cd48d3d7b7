// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

/**
 * Where the fields of a qcow2 header lie (qcow2.txt, section "Header"), for who reads one, who
 * writes one, and who says which field is wrong.
 *
 * <pre>
 *    0 u32 magic             32 u32 crypt method          64 u64 snapshot table offset
 *    4 u32 version           36 u32 L1 entries            72 u64 incompatible features (v3)
 *    8 u64 backing name      40 u64 L1 table offset       80 u64 compatible features
 *   16 u32 length of it      48 u64 refcount table offset 88 u64 autoclear features
 *   20 u32 cluster bits      56 u32 refcount clusters     96 u32 refcount order
 *   24 u64 virtual size      60 u32 snapshots            100 u32 header length, 104 u8 compression
 * </pre>
 */
final class HeaderField {
  static final int MAGIC = 0;
  static final int VERSION = 4;
  static final int BACKING_NAME_OFFSET = 8;
  static final int BACKING_NAME_LENGTH = 16;
  static final int CLUSTER_BITS = 20;
  static final int VIRTUAL_SIZE = 24;
  static final int CRYPT_METHOD = 32;
  static final int L1_ENTRIES = 36;
  static final int L1_OFFSET = 40;
  static final int REFCOUNT_TABLE_OFFSET = 48;
  static final int REFCOUNT_TABLE_CLUSTERS = 56;
  static final int SNAPSHOTS = 60;
  static final int SNAPSHOT_TABLE_OFFSET = 64;
  static final int INCOMPATIBLE_FEATURES = 72;
  static final int REFCOUNT_ORDER = 96;
  static final int HEADER_LENGTH = 100;
  static final int COMPRESSION_TYPE = 104;

  /** Where the fields of version 2 end. */
  static final int V2_END = INCOMPATIBLE_FEATURES;

  /** Where the fields end that every version 3 header has; the compression type may follow. */
  static final int V3_END = COMPRESSION_TYPE;

  /** Where the fields end that are known today. */
  static final int END = COMPRESSION_TYPE + Long.BYTES;

  private HeaderField() {}
}
