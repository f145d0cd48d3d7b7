// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import io.virtmover.agent.image.ClusterStatus;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.GrowingBytes;
import io.virtmover.agent.image.extents.ExtentsFormat.Entry;
import io.virtmover.agent.image.extents.ExtentsFormat.Footer;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** Writes an {@code .extents} object page by page; memory is the directory, outside the heap. */
public final class ExtentsWriter {
  private final Geometry geometry;
  private final Consumer<ByteBuffer> sink;
  private final GrowingBytes directory;
  private long offset;
  private long dataClusters;
  private long zeroClusters;

  /** A writer with memory of its own. */
  public ExtentsWriter(Geometry geometry, Consumer<ByteBuffer> sink) {
    this(geometry, sink, ByteBuffer::allocateDirect);
  }

  /**
   * @param sink takes the object's bytes in order; buffers are only valid during the call
   * @param memory for the directory
   */
  public ExtentsWriter(Geometry geometry, Consumer<ByteBuffer> sink, GrowingBytes.Chunks memory) {
    this.geometry = geometry;
    this.sink = sink;
    this.directory = new GrowingBytes(memory);
    emit(ByteBuffer.allocate(ExtentsFormat.HEAD_LENGTH).putLong(ExtentsFormat.HEAD_MAGIC).flip());
  }

  /** Adds the next window's page. */
  public void add(ExtentsPage page) {
    var bytes = page.encode();
    new Entry(
            page.window(),
            bytes.remaining(),
            offset,
            page.objectOffset(),
            ExtentsFormat.crc32c(bytes),
            page.dataClusters())
        .put(directory.putRecord(ExtentsFormat.ENTRY_LENGTH));
    dataClusters += page.dataClusters();
    for (var run : page.runs()) {
      zeroClusters += run.status() == ClusterStatus.ZERO ? run.clusters() : 0;
    }
    emit(bytes);
  }

  /** The L1 table that belongs to the pages so far. */
  public L2Offsets l2Offsets() {
    return new L2Offsets(geometry, directory);
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
    var checksum = new CRC32C();
    directory.forEachPiece(piece -> checksum.update(piece));
    var directoryOffset = offset;
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
            directoryOffset,
            (int) (directory.size() / ExtentsFormat.ENTRY_LENGTH),
            (int) checksum.getValue(),
            fingerprint);
    directory.forEachPiece(this::emit);
    emit(footer.encode());
  }

  private void emit(ByteBuffer bytes) {
    offset += bytes.remaining();
    sink.accept(bytes);
  }
}
