// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.Qcow2Exception.damaged;

import java.util.BitSet;

/**
 * The part of {@code qemu-img check} that guards against reading wrong bytes: no cluster of the
 * file serves two purposes, and the refcount structures are where they should be. Reads all
 * metadata, once for every 2^25 clusters of the file; memory is one bit per cluster of such a part,
 * 4 MiB at most.
 */
public final class Qcow2Check {
  private static final int PART_CLUSTERS = 1 << 25;

  private final Qcow2Image image;
  private final int clusterBits;
  private final long first;
  private final int clusters;
  private final BitSet used;

  private Qcow2Check(Qcow2Image image, long first, int clusters) {
    this.image = image;
    this.clusterBits = image.geometry().clusterBits();
    this.first = first;
    this.clusters = clusters;
    this.used = new BitSet(clusters);
  }

  /**
   * Checks an image's metadata.
   *
   * @throws Qcow2Exception naming the first fault
   */
  public static void check(Qcow2Image image) {
    check(image, PART_CLUSTERS);
  }

  static void check(Qcow2Image image, int partClusters) {
    var clusterSize = image.geometry().clusterSize();
    var clusters = (image.file().size() + clusterSize - 1) / clusterSize;
    for (var first = 0L; first < clusters; first += partClusters) {
      new Qcow2Check(image, first, (int) Math.min(partClusters, clusters - first)).run();
    }
  }

  private void run() {
    var header = image.header();
    claim(0, 1, HeaderField.MAGIC, "the header");
    claim(
        header.l1Offset(),
        (long) header.l1Entries() * Long.BYTES,
        HeaderField.L1_OFFSET,
        "the L1 table");
    claim(
        header.refcountTableOffset(),
        (long) header.refcountTableClusters() << clusterBits,
        HeaderField.REFCOUNT_TABLE_OFFSET,
        "the refcount table");
    claimRefcountBlocks();
    for (var window = 0L; window < image.geometry().windows(); window++) {
      if (image.l2Offset(window) != 0) {
        claimWindow(window);
      }
    }
  }

  private void claimRefcountBlocks() {
    var header = image.header();
    var size = (long) header.refcountTableClusters() << clusterBits;
    var present = Math.min(size, image.file().size() - header.refcountTableOffset());
    var entries = present / Long.BYTES;
    var table = new TableSlices(image.file(), 1);
    for (var at = 0L; at < entries; at += TableSlices.ENTRIES) {
      var slice = table.slice(header.refcountTableOffset(), entries, at, _ -> {});
      for (var i = 0; i < slice.length; i++) {
        if (slice[i] != 0) {
          claimRefcountBlock(slice[i], header.refcountTableOffset() + (at + i) * Long.BYTES);
        }
      }
    }
  }

  private void claimRefcountBlock(long offset, long field) {
    if (offset < 0
        || offset % image.geometry().clusterSize() != 0
        || offset >= image.file().size()) {
      throw damaged(
          field, "a refcount block lies at byte %s".formatted(Long.toUnsignedString(offset)));
    }
    claim(offset, 1, field, "a refcount block");
  }

  private void claimWindow(long window) {
    var l2Offset = image.l2Offset(window);
    claim(l2Offset, 1, l2Offset, "an L2 table");
    var entries = image.geometry().windowClusters();
    for (var at = 0; at < entries; at += TableSlices.ENTRIES) {
      var slice = image.l2Slice(window, at);
      for (var i = 0; i < slice.length; i++) {
        var offset = new L2Entry(slice[i]).hostOffset();
        if (offset != 0) {
          claim(offset, 1, l2Offset + (at + i) * (long) Long.BYTES, "a data cluster");
        }
      }
    }
  }

  /** Takes what of these bytes lies in the part of the file that is looked at. */
  private void claim(long offset, long length, long field, String what) {
    var from = Math.max(offset >> clusterBits, first);
    var to = Math.min(((offset + Math.max(1, length) - 1) >> clusterBits) + 1, first + clusters);
    for (var cluster = from; cluster < to; cluster++) {
      var bit = (int) (cluster - first);
      if (used.get(bit)) {
        throw damaged(
            field,
            "%s lies at byte %d, which is used already".formatted(what, cluster << clusterBits));
      }
      used.set(bit);
    }
  }
}
