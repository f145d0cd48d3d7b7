// SPDX-License-Identifier: Apache-2.0
package io.virtmover.image.qcow2;

import static io.virtmover.image.qcow2.Qcow2Exception.corrupt;

import java.util.BitSet;

/**
 * The part of {@code qemu-img check} that guards against reading wrong bytes: no cluster of the
 * file serves two purposes, and the refcount structures are where they should be. Reads all
 * metadata; memory is one bit per cluster of the file.
 */
public final class Qcow2Check {
  private final Qcow2Image image;
  private final int clusterBits;
  private final BitSet used = new BitSet();

  private Qcow2Check(Qcow2Image image) {
    this.image = image;
    this.clusterBits = image.geometry().clusterBits();
  }

  /**
   * Checks an image's metadata.
   *
   * @throws Qcow2Exception {@code CORRUPT}, naming the first fault
   */
  public static void check(Qcow2Image image) {
    new Qcow2Check(image).run();
  }

  private void run() {
    var header = image.header();
    claim(0, 1, 0, "the header");
    claim(header.l1Offset(), (long) header.l1Entries() * Long.BYTES, 40, "the L1 table");
    claim(
        header.refcountTableOffset(),
        (long) header.refcountTableClusters() << clusterBits,
        48,
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
    var table = refcountTable();
    for (var i = 0; i < table.length; i++) {
      if (table[i] != 0) {
        var field = header.refcountTableOffset() + (long) i * Long.BYTES;
        if (!isInFile(table[i])) {
          throw corrupt(field, "a refcount block lies at byte %d".formatted(table[i]));
        }
        claim(table[i], 1, field, "a refcount block");
      }
    }
  }

  private long[] refcountTable() {
    var header = image.header();
    var size = (long) header.refcountTableClusters() << clusterBits;
    var present = Math.min(size, image.file().size() - header.refcountTableOffset());
    return Qcow2Image.readTable(
        image.file(), header.refcountTableOffset(), (int) (present / Long.BYTES));
  }

  private void claimWindow(long window) {
    var l2Offset = image.l2Offset(window);
    claim(l2Offset, 1, l2Offset, "an L2 table");
    var table = image.l2Table(window);
    for (var i = 0; i < table.length; i++) {
      var entry = new L2Entry(table[i]);
      if (!entry.isCompressed() && entry.hostOffset() != 0) {
        claim(entry.hostOffset(), 1, l2Offset + (long) i * Long.BYTES, "a data cluster");
      }
    }
  }

  private boolean isInFile(long offset) {
    return offset > 0
        && offset % image.geometry().clusterSize() == 0
        && offset < image.file().size();
  }

  private void claim(long offset, long length, long field, String what) {
    var first = Math.toIntExact(offset >> clusterBits);
    var last = Math.toIntExact((offset + Math.max(1, length) - 1) >> clusterBits);
    for (var cluster = first; cluster <= last; cluster++) {
      if (used.get(cluster)) {
        throw corrupt(
            field,
            "%s lies at byte %d, which is used already"
                .formatted(what, (long) cluster << clusterBits));
      }
      used.set(cluster);
    }
  }
}
