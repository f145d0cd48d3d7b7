// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.ExtentsPageBuilder;
import io.virtmover.agent.image.extents.ExtentsWriter;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Turns a disk's clusters, told in guest order, into the bytes of a qcow2 image and its {@code
 * .extents} object. The image's first cluster goes out as a placeholder; its real content is known
 * at the end.
 */
public final class Qcow2StreamWriter {
  /**
   * The finished image.
   *
   * @param header the real first cluster, to be put where the placeholder went
   * @param imageSize bytes in the image
   */
  public record Finished(
      ByteBuffer header,
      long imageSize,
      long dataClusters,
      long zeroClusters,
      ByteBuffer fingerprint) {}

  private final Geometry geometry;
  private final Optional<String> backingName;
  private final Consumer<ByteBuffer> sink;
  private final ExtentsWriter extents;
  private ExtentsPageBuilder page;
  private long objectOffset;

  /**
   * @param backingName empty for a full; what the header of an increment names otherwise
   * @param sink takes the image's bytes in order; buffers are only valid during the call
   */
  public Qcow2StreamWriter(
      Geometry geometry,
      Optional<String> backingName,
      Consumer<ByteBuffer> sink,
      ExtentsWriter extents) {
    this.geometry = geometry;
    this.backingName = backingName;
    this.sink = sink;
    this.extents = extents;
    emit(ByteBuffer.allocate(geometry.clusterSize()));
    this.page = new ExtentsPageBuilder(geometry, 0, objectOffset);
  }

  /** Clusters that read as zeros; a full does not store them at all. */
  public void zero(long first, long clusters) {
    if (backingName.isEmpty()) {
      return;
    }
    for (var at = first; at < first + clusters; ) {
      enterWindowOf(at);
      var within = (int) (at % geometry.windowClusters());
      var count = (int) Math.min(first + clusters - at, geometry.windowClusters() - within);
      page.addZero(within, count);
      at += count;
    }
  }

  /** A stored cluster; {@code bytes} holds a whole cluster, the cut end of a disk filled with 0. */
  public void data(long cluster, ByteBuffer bytes) {
    enterWindowOf(cluster);
    page.addData((int) (cluster % geometry.windowClusters()), checksum(bytes));
    emit(bytes);
  }

  /**
   * Writes the tables at the end of the image and of the {@code .extents} object.
   *
   * @param identity asked for 32 bytes when the side object's pages have all been written
   */
  public Finished finish(Supplier<ByteBuffer> identity) {
    closeWindow();
    var fingerprint = identity.get();
    var layout = new Qcow2Layout(geometry, objectOffset >> geometry.clusterBits());
    var tailChecksum = new CRC32C();
    layout.writeTail(
        extents.l2Offsets(),
        bytes -> {
          tailChecksum.update(bytes.duplicate());
          emit(bytes);
        });
    var header = layout.header(backingName);
    extents.finish(
        backingName.isPresent(),
        layout.imageSize(),
        layout.tailOffset(),
        checksum(header),
        (int) tailChecksum.getValue(),
        fingerprint);
    return new Finished(
        header, layout.imageSize(), extents.dataClusters(), extents.zeroClusters(), fingerprint);
  }

  private void enterWindowOf(long cluster) {
    var window = cluster / geometry.windowClusters();
    if (window != page.window()) {
      closeWindow();
      page = new ExtentsPageBuilder(geometry, window, objectOffset);
    }
  }

  private void closeWindow() {
    if (page.isEmpty()) {
      return;
    }
    var dataOffset = objectOffset - ((long) page.dataClusters() << geometry.clusterBits());
    var table = Qcow2Layout.l2Table(geometry, dataOffset, page.runs());
    extents.add(page.build(checksum(table)));
    emit(table);
  }

  private void emit(ByteBuffer bytes) {
    objectOffset += bytes.remaining();
    sink.accept(bytes);
  }

  private static int checksum(ByteBuffer bytes) {
    var crc = new CRC32C();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }
}
