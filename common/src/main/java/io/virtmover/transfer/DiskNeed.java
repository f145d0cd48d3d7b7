// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

/**
 * The memory that one disk's backup takes at least: what it knows of the disk, two parts of the
 * upload, one read.
 *
 * @param map which clusters there are
 * @param directory of the {@code .extents} object
 * @param side the part of the {@code .extents} object that is being filled
 * @param largestImage upper bound of the image in bytes, from which {@link #partSize} follows
 */
public record DiskNeed(long map, long directory, long side, long largestImage) {
  /** Bytes per read of the source. */
  public static final long READ = 2L << 20;

  /** The cluster size that images are written with unless their source has a smaller one. */
  public static final int USUAL_CLUSTER_BITS = 16;

  private static final long CLUSTER = 1L << USUAL_CLUSTER_BITS;

  /** Clusters of one L2 table, and of one window of an {@code .extents} object. */
  private static final long WINDOW = CLUSTER / Long.BYTES;

  /** Memory for what grows is taken in such pieces. */
  private static final long PIECE = 64 << 10;

  /** The bound for a disk of which only the size is known. */
  public static DiskNeed ofSize(long virtualSize) {
    return ofSize(virtualSize, virtualSize);
  }

  /**
   * The bound for a disk whose backup holds no more than {@code dataBytes}, in clusters of the
   * usual size: no map of the disk leads to more.
   */
  public static DiskNeed ofSize(long virtualSize, long dataBytes) {
    var clusters = Math.ceilDiv(virtualSize, CLUSTER);
    var windows = Math.ceilDiv(clusters, WINDOW);
    var dataClusters = Math.min(clusters, Math.ceilDiv(dataBytes, CLUSTER));
    return of(
        pieces(mapBytes(clusters)),
        pieces(windows * 32),
        extentsBytes(clusters, windows, dataClusters),
        Math.min(PartSize.LARGEST_OBJECT, imageBytes(windows, dataClusters)));
  }

  /**
   * What a disk takes of which more is known.
   *
   * @param map bytes of its map
   * @param directory bytes of the directory of its {@code .extents} object
   * @param extents bytes of that object, at most
   * @param largestImage bytes of its image, at most
   */
  public static DiskNeed of(long map, long directory, long extents, long largestImage) {
    var side = Math.max(PIECE, Math.min(PartSize.SMALLEST, extents));
    return new DiskNeed(map, directory, side, largestImage);
  }

  /** Two bits per cluster, and a byte for each 8,192 of them. */
  private static long mapBytes(long clusters) {
    return Math.ceilDiv(clusters, 8192) * (8192 / 4 + 1);
  }

  /** Every cluster a run of its own, data clusters with a checksum (docs/repository-format.md). */
  private static long extentsBytes(long clusters, long windows, long dataClusters) {
    return 8 + windows * (32 + 14) + clusters * 10 + dataClusters * 5 + 128;
  }

  /** A qcow2 image: header, data, L2 tables, refcounts (below one in 16,384), L1 table. */
  private static long imageBytes(long windows, long dataClusters) {
    var body = 1 + dataClusters + windows;
    return (body + body / 16_384 + 3 + Math.ceilDiv(windows, WINDOW)) * CLUSTER;
  }

  private static long pieces(long bytes) {
    return Math.ceilDiv(bytes, PIECE) * PIECE;
  }

  /** What the disk's description takes, whatever is moved. */
  public long tables() {
    return map + directory + side;
  }

  /** Bytes in a part of the upload, at least. */
  public long partSize() {
    return PartSize.of(largestImage);
  }

  /** Two parts and one read. */
  public long buffers() {
    return 2 * partSize() + READ;
  }

  public long bytes() {
    return tables() + buffers();
  }
}
