// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static io.virtmover.agent.image.qcow2.ImageBytes.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.BufferReader;
import io.virtmover.agent.image.qcow2.Qcow2Exception.Reason;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked before another program may open an image. */
class Qcow2OutlineTest {
  private static final long SIZE = 3 << 20;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          compat=0.10                                           | 2 | false
          compat=1.1                                            | 3 | false
          compat=1.1,extended_l2=on,cluster_size=128k           | 3 | false
          compat=0.10,backing_file=/below.qcow2,backing_fmt=raw | 2 | true
          compat=1.1,backing_file=/below.qcow2,backing_fmt=raw  | 3 | true
          """)
  void anImage_isOutlined(String options, int version, boolean namesBackingFile) {
    // given
    var file = folder.resolve("made.qcow2");
    QemuImg.run(
        "qemu-img", "create", "-u", "-f", "qcow2", "-o", options, file.toString(), "" + SIZE);

    // when
    var outline = outline(ImageBytes.of(file));

    // then
    assertThat(outline).isEqualTo(new Qcow2Outline(version, SIZE, namesBackingFile));
  }

  @ParameterizedTest(name = "{1} at {0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | 514649fa         | DAMAGED            | 0  | qcow2 signature
          0  | 00000000         | DAMAGED            | 0  | qcow2 signature
          4  | 00000000         | UNKNOWN_VERSION    | 4  | version 0; 2 and 3
          4  | 00000001         | UNKNOWN_VERSION    | 4  | version 1; 2 and 3
          4  | 00000004         | UNKNOWN_VERSION    | 4  | version 4; 2 and 3
          4  | ffffffff         | UNKNOWN_VERSION    | 4  | version 4294967295
          24 | 0000000000000000 | EMPTY_DISK         | 24 | a disk of 0 bytes
          24 | 0000400000000001 | DAMAGED            | 24 | virtual size 70368744177665
          24 | ffffffffffffffff | DAMAGED            | 24 | virtual size 18446744073709551615
          32 | 00000001         | ENCRYPTED          | 32 | encrypted
          32 | 00000002         | ENCRYPTED          | 32 | encrypted
          72 | 0000000000000004 | EXTERNAL_DATA_FILE | 72 | external data file
          72 | ffffffffffffffff | EXTERNAL_DATA_FILE | 72 | external data file
          """)
  void whatNoProgramMayOpen_isRefused(int at, String hex, Reason reason, int field, String words) {
    // given
    var image = ImageBytes.create(folder, "compat=1.1", SIZE).with(at, hex);

    // then
    assertRefused(() -> outline(image), reason, field, words);
  }

  @ParameterizedTest
  @CsvSource({
    "compat=0.10, 0, the file has 0 bytes",
    "compat=0.10, 71, the file has 71 bytes",
    "compat=1.1, 71, the file has 71 bytes",
    "compat=1.1, 72, too short for a version 3 header",
    "compat=1.1, 103, too short for a version 3 header",
  })
  void aFileThatIsTooShort_isDamage(String options, int length, String words) {
    // given
    var image = ImageBytes.create(folder, options, SIZE).withLength(length);

    // then
    assertRefused(() -> outline(image), Reason.DAMAGED, 0, words);
  }

  @ParameterizedTest
  @CsvSource({"compat=0.10, 72", "compat=1.1, 104"})
  void theShortestFileWithAHeader_isOutlined(String options, int length) {
    assertThat(outline(ImageBytes.create(folder, options, SIZE).withLength(length)).virtualSize())
        .isEqualTo(SIZE);
  }

  private static Qcow2Outline outline(ImageBytes image) {
    return Qcow2Outline.of(new BufferReader("image", image.buffer()));
  }
}
