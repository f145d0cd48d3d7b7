// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.QemuImg;
import io.virtmover.lab.s3.VersityGateway;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sources that cannot be used: one clear line, the right exit code, nothing in the bucket. */
class BadSourceTest {
  private static VersityGateway s3;
  @TempDir private static Path folder;
  private static Path good;

  @BeforeAll
  static void start() {
    s3 = VersityGateway.start();
    good = folder.resolve("good.qcow2");
    QemuImg.run("qemu-img", "create", "-f", "qcow2", good.toString(), "64M");
    QemuImg.io(good, "write -P 0x11 0 1M", "write -P 0x22 32M 1M");
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          signature wrong            | 0   | 00000000         | 7 | qcow2 signature
          version 9                  | 4   | 00000009         | 3 | version 9
          cluster bits 40            | 20  | 00000028         | 7 | cluster size
          huge size                  | 24  | 7fffffffffffffff | 7 | virtual size
          negative size              | 24  | ffffffffffffffff | 7 | virtual size
          encrypted                  | 32  | 00000001         | 3 | encrypted
          L1 too short               | 36  | 00000000         | 7 | L1 table
          L1 table huge              | 36  | ffffffff         | 7 | L1 table
          L1 beyond the end          | 40  | 0000010000000000 | 7 | L1 table
          L1 unaligned               | 40  | 0000000000030001 | 7 | L1 table
          refcount table beyond end  | 48  | 0000010000000000 | 7 | refcount table
          refcount table over header | 48  | 0000000000000000 | 7 | refcount table
          no refcount table          | 56  | 00000000         | 7 | refcount table
          snapshots nowhere          | 60  | 00000003         | 7 | snapshots
          snapshots huge             | 60  | ffffffff         | 7 | snapshots
          empty disk                 | 24  | 0000000000000000 | 3 | a disk of 0 bytes
          dirty                      | 72  | 0000000000000001 | 7 | closed cleanly
          corrupt bit                | 72  | 0000000000000002 | 7 | corrupt
          external data file         | 72  | 0000000000000004 | 3 | external data file
          no compression type        | 72  | 0000000000000008 | 7 | compression type
          subclusters                | 72  | 0000000000000010 | 3 | subclusters
          unknown feature            | 72  | 0000000000000400 | 3 | feature number 10
          refcount order 9           | 96  | 00000009         | 7 | refcount order
          header length 7            | 100 | 00000007         | 7 | header length
          backing name outside       | 8   | 0000000000ffffff | 7 | backing file
          L1 entry beyond the end    | 196608 | 8000ffffffff0000 | 7 | L1 entry
          L1 entry reserved bits     | 196608 | 8000000000040001 | 7 | L1 entry
          L2 entry beyond the end    | 262144 | 8000ffffffff0000 | 7 | L2 entry
          L2 entry unaligned         | 262144 | 8000000000050200 | 7 | L2 entry
          L2 entry into the header   | 262144 | 8000000000010000 | 7 | used already
          two entries, one cluster   | 262152 | 8000000000050000 | 7 | used already
          refcount block beyond end  | 65536  | 0000ffffffff0000 | 7 | refcount block
          """)
  void aDamagedImage_isRefused(String what, long offset, String bytes, int exitCode, String message)
      throws IOException {
    var image = folder.resolve("bad.qcow2");
    Files.deleteIfExists(image);
    Files.copy(good, image);
    patch(image, offset, bytes);
    assertRefused(what, exitCode, message, "--disk", "d=" + image);
  }

  @Test
  void anUnknownCompression_isRefused() throws IOException {
    var image = folder.resolve("packed.qcow2");
    QemuImg.run(
        "qemu-img",
        "convert",
        "-c",
        "-O",
        "qcow2",
        "-o",
        "compression_type=zstd",
        good.toString(),
        image.toString());
    patch(image, 104, "02");
    assertRefused("unknown", 3, "unknown method number 2", "--disk", "d=" + image);
  }

  @Test
  void aTruncatedImage_isRefusedWhereverItIsCut() throws IOException {
    var whole = Files.readAllBytes(good);
    for (var length : List.of(0, 3, 71, 103, 500, 65_536, 131_072, 196_608, 262_144, 400_000)) {
      var image = folder.resolve("cut.qcow2");
      Files.write(image, Arrays.copyOf(whole, length));
      assertRefused("cut at " + length, 7, "cut.qcow2", "--disk", "d=" + image);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a folder                | d=/tmp                           | 2 | folder
          missing                 | d=/nowhere/x.qcow2               | 2 | no such file
          no source               | d=                               | 2 | no source
          no volume               | =x                               | 2 | VOLUME=SOURCE
          no equals               | x                                | 2 | VOLUME=SOURCE
          dots                    | ..=GOOD                          | 2 | '..'
          slash                   | a/b=GOOD                         | 2 | U+002F
          wrong stated size       | d=GOOD,size=1Gi                  | 7 | not the stated
          bad size                | d=GOOD,size=many                 | 2 | not a size
          http                    | d=http://localhost/x,size=1Gi    | 2 | https
          export without a size   | d=https://localhost/exports/x    | 2 | size=BYTES
          """)
  void badWords_areRefused(String what, String disk, int exitCode, String message) {
    assertRefused(
        what,
        exitCode,
        message.equals("folder") ? "directory" : message,
        "--disk",
        disk.replace("GOOD", good.toString()));
  }

  @Test
  void typeAndImage_mustAgree() {
    var increment = folder.resolve("increment.qcow2");
    QemuImg.run(
        "qemu-img",
        "create",
        "-f",
        "qcow2",
        "-F",
        "qcow2",
        "-b",
        good.toString(),
        increment.toString());
    assertRefused("increment as full", 7, "backing file", "--disk", "d=" + increment);

    var words = words("--type", "incremental", "--parent", "c0", "--disk", "d=" + good);
    assertRefusedWords("full as increment", 7, "no backing file", words);
    words = words("--type", "incremental", "--parent", "c0", "--disk", "d=" + increment);
    assertRefusedWords("parent unknown", 6, "builds on c0, which the index does not have", words);
    words = words("--type", "incremental", "--disk", "d=" + increment);
    assertRefusedWords("no parent", 2, "--parent", words);
    words = words("--type", "full", "--parent", "c0", "--disk", "d=" + good);
    assertRefusedWords("full with a parent", 2, "no parent", words);
    words = words("--type", "sideways", "--disk", "d=" + good);
    assertRefusedWords("unknown type", 2, "not a backup type", words);
    words = words("--type", "full", "--disk", "d=" + good, "--disk", "d=" + good);
    assertRefusedWords("disk twice", 2, "given twice", words);
  }

  private static void assertRefused(String what, int exitCode, String message, String... disk) {
    var words = new ArrayList<>(words("--type", "full"));
    words.addAll(List.of(disk));
    assertRefusedWords(what, exitCode, message, words);
  }

  private static List<String> words(String... more) {
    var words =
        new ArrayList<>(List.of("--vm", "shop/db-01", "--backup", "b1", "--checkpoint", "c1"));
    words.addAll(List.of(more));
    return words;
  }

  private static void assertRefusedWords(
      String what, int exitCode, String message, List<String> words) {
    var ended = VirtMover.on(s3).run("backup", words.toArray(String[]::new));
    assertThat(ended.exitCode()).as("%s: %s", what, ended.err()).isEqualTo(exitCode);
    ended.assertOneClearLine(message);
    assertThat(s3.objects()).as(what).isEmpty();
  }

  private static void patch(Path image, long offset, String hex) throws IOException {
    try (var file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(offset);
      file.write(HexFormat.of().parseHex(hex));
    }
  }
}
