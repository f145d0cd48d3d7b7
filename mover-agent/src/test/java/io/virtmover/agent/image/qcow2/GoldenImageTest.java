// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.Geometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Image and side object as released versions wrote them, to the byte. {@code -Dgolden.rewrite=true}
 * writes them anew; the difference is to be reviewed.
 */
class GoldenImageTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/v1");

  /** Two windows with a whole one of holes between them, and a last cluster that is cut. */
  private static final Geometry GEOMETRY = new Geometry((300 << 10) + 512, 10);

  private static final String PICTURE =
      ".d.dd.zz.zd" + "z".repeat(40) + "d" + ".".repeat(238) + "zzzzzzzzz.d";

  @ParameterizedTest
  @CsvSource({"full, ", "increment, b0-rootdisk.qcow2"})
  void anImageAndItsSideObject_areWrittenAsRecorded(String name, String backingName)
      throws IOException {
    // when
    var written = WrittenImage.drawn(PICTURE, GEOMETRY, Optional.ofNullable(backingName));

    // then
    assertGolden(name + ".qcow2", written.image());
    assertGolden(name + ".qcow2.extents", written.side());
    assertThat(GEOMETRY.clusters()).isEqualTo(PICTURE.length());
  }

  private static void assertGolden(String name, ByteBuffer actual) throws IOException {
    var file = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.rewrite")) {
      Files.createDirectories(GOLDEN);
      Files.write(file, WrittenImage.bytes(actual));
    }
    assertThat(WrittenImage.bytes(actual)).isEqualTo(Files.readAllBytes(file));
  }
}
