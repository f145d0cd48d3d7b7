// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.extents.Extents;
import io.virtmover.agent.image.extents.ExtentsWriter;
import io.virtmover.agent.image.extents.WrittenSide;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/** An image as a backup writes it, in memory. */
public final class WrittenImage {
  private final ByteBuffer image;
  private final ByteBuffer side;

  private WrittenImage(byte[] image, byte[] side) {
    this.image = ByteBuffer.wrap(image).asReadOnlyBuffer();
    this.side = ByteBuffer.wrap(side).asReadOnlyBuffer();
  }

  /**
   * Writes one.
   *
   * @param backingName empty for a full
   * @param content tells the clusters
   */
  public static WrittenImage of(
      Geometry geometry, Optional<String> backingName, Consumer<Qcow2StreamWriter> content) {
    var image = new ByteArrayOutputStream();
    var side = new ByteArrayOutputStream();
    var writer =
        new Qcow2StreamWriter(
            geometry,
            backingName,
            piece -> WrittenSide.append(image, piece),
            new ExtentsWriter(geometry, piece -> WrittenSide.append(side, piece)));
    content.accept(writer);
    var header = writer.finish(() -> ByteBuffer.allocate(32)).header();
    var bytes = image.toByteArray();
    header.get(0, bytes, 0, geometry.clusterSize());
    return new WrittenImage(bytes, side.toByteArray());
  }

  /**
   * One of which each cluster is drawn: {@code d} for data, {@code z} for zeros, else a hole. Each
   * byte of data tells its cluster.
   */
  public static WrittenImage drawn(
      String picture, Geometry geometry, Optional<String> backingName) {
    return of(
        geometry,
        backingName,
        writer -> {
          for (var cluster = 0; cluster < picture.length(); cluster++) {
            switch (picture.charAt(cluster)) {
              case 'd' -> writer.data(cluster, content(geometry, cluster));
              case 'z' -> writer.zero(cluster, 1);
              default -> {}
            }
          }
        });
  }

  private static ByteBuffer content(Geometry geometry, int cluster) {
    var bytes = ByteBuffer.allocate(geometry.clusterSize());
    for (var i = 0; i < geometry.bytesIn(cluster); i++) {
      bytes.put(i, (byte) (cluster + 1));
    }
    return bytes;
  }

  /** The qcow2 object. */
  public ByteBuffer image() {
    return image.duplicate();
  }

  /** The {@code .extents} object. */
  public ByteBuffer side() {
    return side.duplicate();
  }

  /** The side object, opened. */
  public Extents extents(String name) {
    return Extents.open(new BufferReader(name, side()));
  }

  /** A copy of bytes that may be changed. */
  public static byte[] bytes(ByteBuffer of) {
    var copy = new byte[of.remaining()];
    of.duplicate().get(copy);
    return copy;
  }
}
