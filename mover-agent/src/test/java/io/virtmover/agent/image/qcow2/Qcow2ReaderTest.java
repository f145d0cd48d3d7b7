// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever QEMU makes is read as QEMU reads it. */
class Qcow2ReaderTest {
  private static final long SIZE = (32L << 20) + 1536;

  @TempDir private Path folder;

  static Stream<EveryEntryKind> everyEntryKind() {
    return EveryEntryKind.all();
  }

  @ParameterizedTest
  @MethodSource("everyEntryKind")
  void everyKindOfEntry_isReadAndMappedAsByQemu(EveryEntryKind kinds) throws IOException {
    var full = kinds.create(folder, "full.qcow2");
    assertReadsAsQemuDoes(full, folder);
    assertMapsAsQemuDoes(full);
    assertThat(kindsIn(full)).isEqualTo(EnumSet.allOf(L2Entry.Kind.class));

    var increment = kinds.createOn(full, folder, "increment.qcow2");
    assertMapsAsQemuDoes(increment);
  }

  @Test
  void bitZeroOfACompressedEntry_isOffset() throws IOException {
    // given
    var image = new EveryEntryKind("compat=0.10", 16).create(folder, "image.qcow2");

    // when
    var offsets = new ArrayList<Long>();
    try (var file = FileBytes.of(image)) {
      var opened = Qcow2Image.open(file);
      opened.forEachRun(
          0,
          opened.geometry().virtualSize(),
          run -> {
            if (run.kind().isCompressed()) {
              offsets.add(run.hostOffset());
            }
          });
    }

    // then
    assertThat(offsets).anyMatch(offset -> offset % 2 == 1);
    assertReadsAsQemuDoes(image, folder);
  }

  @ParameterizedTest
  @CsvSource({
    "compat=1.1",
    "'compat=1.1,refcount_bits=1'",
    "'compat=1.1,refcount_bits=8'",
    "'compat=1.1,refcount_bits=64'",
    "'compat=1.1,lazy_refcounts=on'",
    "'compat=1.1,preallocation=metadata'",
    "'compat=1.1,preallocation=metadata,cluster_size=512'",
    "'compat=1.1,preallocation=falloc'",
    "'compat=1.1,preallocation=full'",
    "'compat=0.10,preallocation=metadata'",
    "'compat=1.1,cluster_size=2M'",
  })
  void everyWayToCreateOne_isRead(String options) throws IOException {
    var image = anImage(options);
    write(image);
    assertReadsAsQemuDoes(image, folder);
  }

  @ParameterizedTest
  @CsvSource({"compat=0.10", "compat=1.1", "'compat=1.1,cluster_size=512'"})
  void anImageThatWasResizedSnapshottedAndAmended_isRead(String options) throws IOException {
    var image = anImage(options);
    write(image);
    QemuImg.run("qemu-img", "snapshot", "-c", "before", image.toString());
    QemuImg.io(image, "write -P 0x55 5M 1M", "write -c -P 0x56 20M 2M", "discard 0 64k");
    assertReadsAsQemuDoes(image, folder);
    QemuImg.run("qemu-img", "snapshot", "-c", "after", image.toString());
    if (!options.contains("0.10")) {
      QemuImg.run("qemu-img", "resize", "-f", "qcow2", image.toString(), "300M");
      QemuImg.io(image, "write -P 0x57 290M 70000");
      QemuImg.run("qemu-img", "bitmap", "--add", "--enable", image.toString(), "changed");
      QemuImg.run("qemu-img", "bitmap", "--add", "--disable", image.toString(), "other");
      QemuImg.io(image, "write -P 0x58 200M 128k");
    }
    assertReadsAsQemuDoes(image, folder);
    assertMapsAsQemuDoes(image);

    if (!options.contains("0.10")) {
      QemuImg.run("qemu-img", "bitmap", "--remove", image.toString(), "changed");
      QemuImg.run("qemu-img", "bitmap", "--remove", image.toString(), "other");
    }
    QemuImg.run("qemu-img", "snapshot", "-a", "before", image.toString());
    assertReadsAsQemuDoes(image, folder);
    QemuImg.run("qemu-img", "snapshot", "-d", "before", image.toString());
    QemuImg.run("qemu-img", "snapshot", "-d", "after", image.toString());
    if (options.contains("0.10")) {
      QemuImg.run("qemu-img", "resize", "-f", "qcow2", image.toString(), "300M");
      QemuImg.run("qemu-img", "amend", "-f", "qcow2", "-o", "compat=1.1", image.toString());
    }
    assertReadsAsQemuDoes(image, folder);
  }

  @ParameterizedTest
  @CsvSource({"zlib, 512", "zlib, 65536", "zstd, 4096", "zstd, 65536", "zstd, 2097152"})
  void whatConvertCompressed_isRead(String method, int clusterSize) throws IOException {
    var image = anImage("compat=1.1");
    write(image);
    var packed = folder.resolve("packed.qcow2");
    QemuImg.run(
        "qemu-img",
        "convert",
        "-c",
        "-O",
        "qcow2",
        "-o",
        "compression_type=%s,cluster_size=%d".formatted(method, clusterSize),
        image.toString(),
        packed.toString());
    assertReadsAsQemuDoes(packed, folder);
  }

  private Path anImage(String options) {
    var image = folder.resolve("image.qcow2");
    QemuImg.run(
        "qemu-img", "create", "-f", "qcow2", "-o", options, image.toString(), Long.toString(SIZE));
    return image;
  }

  private static void write(Path image) {
    QemuImg.io(
        image,
        "write -P 0x11 0 1M",
        "write -P 0x22 5M 3M",
        "write -P 0x33 6553600 4096",
        "write -z 7M 512k",
        "discard 5M 64k",
        "write -P 0x44 %d 1536".formatted(SIZE - 1536));
  }

  private static Set<L2Entry.Kind> kindsIn(Path path) {
    try (var file = FileBytes.of(path)) {
      var image = Qcow2Image.open(file);
      var kinds = EnumSet.noneOf(L2Entry.Kind.class);
      for (var raw : image.l2Slice(0, 0)) {
        kinds.add(new L2Entry(raw).kind());
      }
      // Version 2 has no zero clusters: QEMU writes zeros instead.
      if (image.header().version() == 2) {
        assertThat(kinds).doesNotContain(L2Entry.Kind.ZERO);
        kinds.add(L2Entry.Kind.ZERO);
      }
      return kinds;
    }
  }

  private static void assertReadsAsQemuDoes(Path image, Path folder) throws IOException {
    var raw = folder.resolve("raw");
    QemuImg.toRaw(image, raw);
    try (var file = FileBytes.of(image);
        var wanted = FileBytes.of(raw)) {
      var opened = Qcow2Image.open(file);
      Qcow2Check.check(opened);
      // In three parts, as a file that is too large for one is.
      Qcow2Check.check(opened, (int) (file.size() / opened.geometry().clusterSize() / 3 + 1));
      assertThat(opened.geometry().virtualSize()).isEqualTo(wanted.size());
      for (var at = 0L; at < wanted.size(); at += 8 << 20) {
        var length = (int) Math.min(8 << 20, wanted.size() - at);
        var read = ByteBuffer.allocate(length);
        opened.read(at, read);
        var expected = ByteBuffer.allocate(length);
        wanted.read(at, expected);
        assertThat(read.flip().mismatch(expected.flip())).as("from %d", at).isEqualTo(-1);
      }
    }
    Files.delete(raw);
  }

  private enum Mapped {
    HOLE,
    ZERO,
    DATA
  }

  private record Extent(long start, long length, Mapped what, long hostOffset) {
    boolean isContinuedBy(Extent next) {
      return what == next.what && (what != Mapped.DATA || hostOffset + length == next.hostOffset);
    }
  }

  private static void assertMapsAsQemuDoes(Path image) throws IOException {
    assertThat(mapped(image)).isEqualTo(mappedByQemu(image));
  }

  private static List<Extent> mapped(Path path) {
    var extents = new ArrayList<Extent>();
    try (var file = FileBytes.of(path)) {
      var image = Qcow2Image.open(file);
      image.forEachRun(
          0,
          image.geometry().virtualSize(),
          run ->
              append(
                  extents,
                  switch (run.kind()) {
                    case HOLE -> new Extent(run.guestOffset(), run.length(), Mapped.HOLE, 0);
                    case ZERO -> new Extent(run.guestOffset(), run.length(), Mapped.ZERO, 0);
                    case DATA ->
                        new Extent(run.guestOffset(), run.length(), Mapped.DATA, run.hostOffset());
                    // QEMU does not tell where compressed data is.
                    case ZLIB, ZSTD ->
                        new Extent(
                            run.guestOffset(), run.length(), Mapped.DATA, -run.guestOffset());
                  }));
    }
    return extents;
  }

  private static List<Extent> mappedByQemu(Path image) throws IOException {
    var extents = new ArrayList<Extent>();
    var json = QemuImg.run("qemu-img", "map", "-f", "qcow2", "--output=json", image.toString());
    for (var entry : new ObjectMapper().readTree(json)) {
      var start = entry.path("start").asLong();
      var length = entry.path("length").asLong();
      // Depth 0 is the image itself; what comes from below is its hole.
      if (entry.path("depth").asInt() > 0 || !entry.path("present").asBoolean()) {
        append(extents, new Extent(start, length, Mapped.HOLE, 0));
      } else if (!entry.path("data").asBoolean()) {
        append(extents, new Extent(start, length, Mapped.ZERO, 0));
      } else {
        append(
            extents, new Extent(start, length, Mapped.DATA, entry.path("offset").asLong(-start)));
      }
    }
    return extents;
  }

  private static void append(List<Extent> extents, Extent next) {
    if (extents.isEmpty()) {
      extents.add(next);
      return;
    }
    var last = extents.getLast();
    var compressed = last.what == Mapped.DATA && last.hostOffset == -last.start;
    if (compressed
        ? next.what == Mapped.DATA && next.hostOffset == -next.start
        : last.isContinuedBy(next)) {
      extents.set(
          extents.size() - 1,
          new Extent(last.start, last.length + next.length, last.what, last.hostOffset));
    } else {
      extents.add(next);
    }
  }
}
