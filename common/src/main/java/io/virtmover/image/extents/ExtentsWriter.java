// SPDX-License-Identifier: Apache-2.0
package io.virtmover.image.extents;

import io.virtmover.image.ClusterStatus;
import io.virtmover.image.Geometry;
import io.virtmover.image.extents.ExtentsFormat.Entry;
import io.virtmover.image.extents.ExtentsFormat.Footer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Writes an {@code .extents} object page by page; memory is the directory alone. */
public final class ExtentsWriter {
  private final Geometry geometry;
  private final Consumer<ByteBuffer> sink;
  private final List<Entry> directory = new ArrayList<>();
  private long offset;
  private long dataClusters;
  private long zeroClusters;

  /**
   * @param sink takes the object's bytes in order
   */
  public ExtentsWriter(Geometry geometry, Consumer<ByteBuffer> sink) {
    this.geometry = geometry;
    this.sink = sink;
    emit(ByteBuffer.allocate(ExtentsFormat.HEAD_LENGTH).putLong(ExtentsFormat.HEAD_MAGIC).flip());
  }

  /** Adds the next window's page. */
  public void add(ExtentsPage page) {
    var bytes = page.encode();
    directory.add(
        new Entry(
            page.window(),
            bytes.remaining(),
            offset,
            page.objectOffset(),
            ExtentsFormat.crc32c(bytes),
            page.dataClusters()));
    dataClusters += page.dataClusters();
    for (var run : page.runs()) {
      zeroClusters += run.status() == ClusterStatus.ZERO ? run.clusters() : 0;
    }
    emit(bytes);
  }

  /** The L1 table that belongs to the pages so far: host offset of each window's L2 table, or 0. */
  public long[] l2Offsets() {
    var offsets = new long[(int) geometry.windows()];
    for (var entry : directory) {
      offsets[(int) entry.window()] =
          entry.objectOffset() + ((long) entry.dataClusters() << geometry.clusterBits());
    }
    return offsets;
  }

  public long dataClusters() {
    return dataClusters;
  }

  public long zeroClusters() {
    return zeroClusters;
  }

  /**
   * Writes directory and footer.
   *
   * @param fingerprint 32 bytes that identify what the image was made from
   */
  public void finish(
      boolean increment,
      long imageSize,
      long tailOffset,
      int headerChecksum,
      int tailChecksum,
      ByteBuffer fingerprint) {
    var bytes =
        ByteBuffer.allocate(directory.size() * ExtentsFormat.ENTRY_LENGTH)
            .order(ByteOrder.BIG_ENDIAN);
    directory.forEach(entry -> entry.put(bytes));
    bytes.flip();
    var footer =
        new Footer(
            geometry,
            increment,
            imageSize,
            tailOffset,
            headerChecksum,
            tailChecksum,
            dataClusters,
            zeroClusters,
            offset,
            directory.size(),
            ExtentsFormat.crc32c(bytes),
            fingerprint);
    emit(bytes);
    emit(footer.encode());
  }

  private void emit(ByteBuffer bytes) {
    offset += bytes.remaining();
    sink.accept(bytes);
  }
}
