// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Images made by QEMU that have every kind of L2 entry their version can have: hole, zero with and
 * without a host cluster, data, compressed; and a last cluster that is cut.
 *
 * @param options for {@code qemu-img create}
 */
public record EveryEntryKind(String options, int clusterBits) {
  private static final int CLUSTERS = 40;
  private static final int SMALLEST_DISK = 256 << 10;

  /** Both versions and both ways to compress, with every cluster size that there is. */
  public static Stream<EveryEntryKind> all() {
    return IntStream.rangeClosed(9, 21).boxed().flatMap(EveryEntryKind::withClusters);
  }

  /** The same with one cluster size. */
  public static Stream<EveryEntryKind> withClusters(int clusterBits) {
    return Stream.of("compat=0.10", "compat=1.1", "compat=1.1,compression_type=zstd")
        .map(options -> new EveryEntryKind(options, clusterBits));
  }

  public long clusterSize() {
    return 1L << clusterBits;
  }

  /** Bytes of the disk; its last cluster is cut unless it cannot be. */
  public long size() {
    return Math.max(SMALLEST_DISK, CLUSTERS * clusterSize()) + 512;
  }

  /** Makes a full. */
  public Path create(Path folder, String name) {
    var image = folder.resolve(name);
    QemuImg.run(
        "qemu-img",
        "create",
        "-f",
        "qcow2",
        "-o",
        options + ",cluster_size=" + clusterSize(),
        image.toString(),
        Long.toString(size()));
    QemuImg.io(image, writes(folder, 0).toArray(String[]::new));
    return image;
  }

  /** Makes an increment on another image, with its kinds in other places. */
  public Path createOn(Path parent, Path folder, String name) {
    var image = folder.resolve(name);
    QemuImg.run(
        "qemu-img",
        "create",
        "-f",
        "qcow2",
        "-o",
        options + ",cluster_size=" + clusterSize(),
        "-F",
        "qcow2",
        "-b",
        parent.toString(),
        image.toString());
    QemuImg.io(image, writes(folder, 5).toArray(String[]::new));
    return image;
  }

  private List<String> writes(Path folder, int shift) {
    var writes = new ArrayList<String>();
    var source = halfRandom(folder, shift);
    // First, since QEMU 7.2 lets compressed clusters of 1 KiB collide with a table made after them.
    var last = size() / clusterSize();
    if (size() % clusterSize() != 0) {
      writes.add(
          "write -c -P %d %d %d"
              .formatted(0x17 + shift, last * clusterSize(), size() % clusterSize()));
    }
    write(writes, shift, "-P 0x11");
    writes.add("write -P 0x12 %d 512".formatted((shift + 1) * clusterSize()));
    write(writes, shift + 2, "-c -P 0x13");
    for (var cluster = shift + 3; cluster < shift + 9; cluster++) {
      write(writes, cluster, "-c -s " + source);
    }
    write(writes, shift + 9, "-z");
    write(writes, shift + 10, "-P 0x14");
    write(writes, shift + 10, "-z");
    write(writes, shift + 11, "-c -s " + source);
    write(writes, shift + 11, "-z -u");
    write(writes, shift + 12, "-c -s " + source);
    writes.add("write -P 0x15 %d 512".formatted((shift + 12) * clusterSize()));
    write(writes, shift + 13, "-P 0x16");
    writes.add("discard %d %d".formatted((shift + 13) * clusterSize(), clusterSize()));
    return writes;
  }

  private void write(List<String> writes, int cluster, String how) {
    writes.add("write %s %d %d".formatted(how, cluster * clusterSize(), clusterSize()));
  }

  /** A cluster that becomes about half as large, so that the next one begins at an odd offset. */
  private Path halfRandom(Path folder, int seed) {
    var bytes = new byte[(int) clusterSize()];
    new Random(seed).nextBytes(bytes);
    for (var i = bytes.length / 2 + 3; i < bytes.length; i++) {
      bytes[i] = (byte) (i / 64);
    }
    try {
      return Files.write(folder.resolve("half-random-" + seed), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return options + ",cluster_size=" + clusterSize();
  }
}
