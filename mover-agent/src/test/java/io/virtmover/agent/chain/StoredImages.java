// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.chain;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.Geometry;
import io.virtmover.agent.image.ObjectReader;
import io.virtmover.agent.image.extents.Extents;
import io.virtmover.agent.image.qcow2.Qcow2Image;
import io.virtmover.agent.image.qcow2.Qcow2Run;
import io.virtmover.agent.image.qcow2.Qcow2StreamWriter;
import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.agent.image.qcow2.WrittenImage;
import io.virtmover.objectstore.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts images that QEMU made into a bucket in memory: as they are, or as a backup writes them. */
public final class StoredImages {
  public final InMemoryObjectStore store = new InMemoryObjectStore();

  /** Has QEMU make an empty image of clusters of 64 KiB, if the options do not say otherwise. */
  public static Path create(Path image, String size, String... options) {
    var words = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2"));
    for (var option : options) {
      words.addAll(List.of("-o", option));
    }
    words.addAll(List.of(image.toString(), size));
    QemuImg.run(words.toArray(String[]::new));
    return image;
  }

  /** As another product would have stored it, opened as in a short chain or in a long one. */
  public ForeignLayer foreign(String key, Path image, boolean oneOfMany) {
    var object = planted(key, bytes(image));
    return oneOfMany ? ForeignLayer.openOneOfMany(object) : ForeignLayer.open(object);
  }

  /** As a backup of ours stores the same disk: cluster for cluster, with checksums. */
  public DescribedLayer described(String key, Path image, boolean increment) {
    var qcow2 = Qcow2Image.open(new BufferReader(key, ByteBuffer.wrap(bytes(image))));
    return described(
        key,
        WrittenImage.of(
            qcow2.geometry(),
            parent(increment),
            writer ->
                qcow2.forEachRun(
                    0, qcow2.geometry().virtualSize(), run -> copy(qcow2, run, writer))));
  }

  /** One of which each cluster is drawn: {@code d} for data, {@code z} for zeros, else a hole. */
  public DescribedLayer drawn(String key, String picture, int clusterBits, boolean increment) {
    var geometry = new Geometry((long) picture.length() << clusterBits, clusterBits);
    return described(key, WrittenImage.drawn(picture, geometry, parent(increment)));
  }

  /** A full and its increments, oldest first, named by their numbers. */
  public List<Layer> drawnChain(int clusterBits, List<String> pictures) {
    var layers = new ArrayList<Layer>();
    for (var picture : pictures) {
      var number = layers.size();
      layers.add(drawn(Integer.toString(number), picture, clusterBits, number > 0));
    }
    return layers;
  }

  private DescribedLayer described(String key, WrittenImage written) {
    return new DescribedLayer(
        planted(key, WrittenImage.bytes(written.image())),
        Extents.open(planted(key + ".extents", WrittenImage.bytes(written.side()))),
        "");
  }

  private static Optional<String> parent(boolean increment) {
    return increment ? Optional.of("parent.qcow2") : Optional.empty();
  }

  private static void copy(Qcow2Image image, Qcow2Run run, Qcow2StreamWriter writer) {
    Geometry geometry = image.geometry();
    var first = run.guestOffset() >> geometry.clusterBits();
    var clusters = (run.length() + geometry.clusterSize() - 1) >> geometry.clusterBits();
    switch (run.kind()) {
      case HOLE -> {}
      case ZERO -> writer.zero(first, clusters);
      case DATA, ZLIB, ZSTD -> {
        for (var cluster = first; cluster < first + clusters; cluster++) {
          var bytes = ByteBuffer.allocate(geometry.clusterSize());
          image.read(geometry.offsetOf(cluster), bytes.limit(geometry.bytesIn(cluster)));
          writer.data(cluster, bytes.clear());
        }
      }
    }
  }

  /** An object of any bytes. */
  public ObjectReader planted(String key, byte[] bytes) {
    store.plant(key, bytes);
    var stat = store.stat(key).orElseThrow();
    return new ObjectReader(store, key, stat.size(), Optional.of(stat.etag()));
  }

  /** What an image stores of a range of the disk. */
  public static List<StoredUnit> units(Layer layer, long from, long to) {
    var units = new ArrayList<StoredUnit>();
    layer.units(from, to, units::add);
    return units;
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
