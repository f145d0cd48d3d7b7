// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.ImageBytes.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.virtmover.agent.image.qcow2.Qcow2Exception.Reason;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeaderParserTest {
  private static final long MIB = 1 << 20;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          compat=0.10
          compat=0.10,cluster_size=512
          compat=1.1
          compat=1.1,cluster_size=2M
          compat=1.1,compression_type=zstd
          compat=1.1,refcount_bits=1
          compat=1.1,refcount_bits=64
          compat=1.1,lazy_refcounts=on
          compat=1.1,backing_file=below.qcow2,backing_fmt=qcow2
          """)
  void whatQemuImgSaysOfAHeader_isReadFromIt(String options) throws JsonProcessingException {
    // given
    QemuImg.run(
        "qemu-img", "create", "-f", "qcow2", folder.resolve("below.qcow2").toString(), "1M");
    var image = ImageBytes.create(folder, options, 5 * MIB + 512);

    // when
    var header = image.header();

    // then
    var info =
        new ObjectMapper()
            .readTree(
                QemuImg.run(
                    "qemu-img",
                    "info",
                    "-f",
                    "qcow2",
                    "--output=json",
                    folder.resolve("made.qcow2").toString()));
    var details = info.path("format-specific").path("data");
    assertThat(header.geometry().virtualSize()).isEqualTo(info.path("virtual-size").asLong());
    assertThat(header.geometry().clusterSize()).isEqualTo(info.path("cluster-size").asInt());
    assertThat(header.version()).isEqualTo(details.path("compat").asText().equals("1.1") ? 3 : 2);
    assertThat(header.compression())
        .isEqualTo(
            details.path("compression-type").asText("").equals("zstd")
                ? Compression.ZSTD
                : Compression.ZLIB);
    assertThat(1 << header.refcountOrder()).isEqualTo(details.path("refcount-bits").asInt());
    assertThat(header.backingFile())
        .isEqualTo(Optional.ofNullable(info.path("backing-filename").textValue()));
  }

  /**
   * Of a disk of 1 MiB in clusters of 64 KiB: one L1 entry at byte 0x30000, where the file ends.
   */
  @ParameterizedTest(name = "{1} at {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          72 | 0000000000000010                 | SUBCLUSTERS     | 72  | extended L2 entries
          72 | 0000000000000012                 | SUBCLUSTERS     | 72  | extended L2 entries
          72 | 0000000000000002                 | NOT_CLEAN       | 72  | marked it as corrupt
          72 | 0000000000000001                 | NOT_CLEAN       | 72  | dirty bit
          72 | 0000000000000401                 | NOT_CLEAN       | 72  | dirty bit
          72 | 0000000000000020                 | UNKNOWN_FEATURE | 72  | feature number 5
          72 | 8000000000000400                 | UNKNOWN_FEATURE | 72  | feature number 10
          72 | 8000000000000000                 | UNKNOWN_FEATURE | 72  | feature number 63
          72 | 0000000000000008                 | DAMAGED         | 72  | no compression type
          100| 00000000                         | DAMAGED         | 100 | header length 0
          100| 00000060                         | DAMAGED         | 100 | header length 96
          100| 0000006c                         | DAMAGED         | 100 | header length 108
          100| 7ffffff8                         | DAMAGED         | 100 | header length 2147483640
          100| ffffffff                         | DAMAGED         | 100 | header length -1
          20 | 00000008                         | DAMAGED         | 20  | cluster size 2^8
          20 | 00000016                         | DAMAGED         | 20  | cluster size 2^22
          20 | ffffffff                         | DAMAGED         | 20  | cluster size 2^-1
          60 | 000100010000000000010000         | DAMAGED         | 60  | 65537 internal snapshots
          60 | ffffffff0000000000010000         | DAMAGED         | 60  | 4294967295 internal snapshots
          60 | 000000010000000000000000         | DAMAGED         | 64  | offset 0 of the internal
          60 | 000000010000000000000200         | DAMAGED         | 64  | offset 512 of the internal
          60 | 000000010000000000040000         | DAMAGED         | 64  | offset 262144 of the internal
          60 | 00000001ffffffffffff0000         | DAMAGED         | 64  | offset 18446744073709486080 of
          36 | 00000000                         | DAMAGED         | 36  | has 0 entries, the disk needs 1
          36 | 00400001                         | DAMAGED         | 36  | 4194305 entries is too large
          36 | ffffffff                         | DAMAGED         | 36  | 4294967295 entries is too large
          36 | 00002001                         | DAMAGED         | 40  | the L1 table ends at byte
          40 | 0000000000000000                 | DAMAGED         | 40  | L1 table's offset 0
          40 | 0000000000000200                 | DAMAGED         | 40  | L1 table's offset 512
          40 | 0000000000040000                 | DAMAGED         | 40  | L1 table ends at byte 262152
          40 | ffffffffffff0000                 | DAMAGED         | 40  | offset 18446744073709486080
          48 | 0000000000000000                 | DAMAGED         | 48  | refcount table's offset 0
          48 | 0000000000010200                 | DAMAGED         | 48  | refcount table's offset 66048
          48 | 0000000000040000                 | DAMAGED         | 48  | the refcount table ends at byte
          56 | 00000000                         | DAMAGED         | 56  | table of 0 clusters
          56 | 00000081                         | DAMAGED         | 56  | table of 129 clusters
          56 | ffffffff                         | DAMAGED         | 56  | table of 4294967295 clusters
          96 | 00000007                         | DAMAGED         | 96  | refcount order 7
          96 | ffffffff                         | DAMAGED         | 96  | refcount order -1
          8  | 000000000000007000000400         | DAMAGED         | 8   | backing file's name
          8  | 0000000000000070ffffffff         | DAMAGED         | 8   | backing file's name
          8  | 000000000000ffff00000002         | DAMAGED         | 8   | backing file's name
          8  | 800000000000000000000001         | DAMAGED         | 8   | backing file's name
          """)
  void aHeaderThatCannotBeRead_isRefusedByItsField(
      int at, String hex, Reason reason, int field, String words) {
    // given
    var image = ImageBytes.create(folder, "compat=1.1", MIB).with(at, hex);

    // then
    assertRefused(image::header, reason, field, words);
  }

  @ParameterizedTest
  @CsvSource({"60, 000000010000000000010000", "8, 000000000000fffe00000002", "36, 00002000"})
  void theOutermostThatCanBe_isRead(int at, String hex) {
    // given
    var image = ImageBytes.create(folder, "compat=1.1", MIB);

    // when
    var header = image.withLength(0x40000).with(at, hex).header();

    // then
    assertThat(header.geometry()).isEqualTo(image.header().geometry());
  }

  @Test
  void anUnknownCompression_isUnsupportedByItsNumber() {
    // given
    var image =
        ImageBytes.create(folder, "compat=1.1,compression_type=zstd", MIB)
            .with(HeaderField.COMPRESSION_TYPE, "ff");

    // then
    assertRefused(
        image::header,
        Reason.UNKNOWN_COMPRESSION,
        HeaderField.COMPRESSION_TYPE,
        "unknown method number 255");
  }

  /** Version 2 has no features: what stands there is something else. */
  @Test
  void whatVersion3HasAtAPlace_isNotReadFromVersion2() {
    // given
    var image = ImageBytes.create(folder, "compat=0.10", MIB);

    // when
    var header =
        image
            .with(HeaderField.INCOMPATIBLE_FEATURES, "ffffffffffffffff")
            .with(HeaderField.REFCOUNT_ORDER, "ffffffffffffffff")
            .header();

    // then
    assertThat(header).isEqualTo(image.header());
    assertThat(header.refcountOrder()).isEqualTo(4);
    assertThat(header.compression()).isEqualTo(Compression.ZLIB);
  }
}
