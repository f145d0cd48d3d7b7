// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.objectstore.PartList;
import io.virtmover.objectstore.UploadedPart;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two parts were sent, "hello" and "world"; what does the store have there? */
class ObjectOriginTest {
  private static final String HELLO = "\"5d41402abc4b2a76b9719d911017c592\"";
  private static final String WORLD = "\"7d793037a0760186574b0282f2f435e7\"";

  @ParameterizedTest
  @CsvSource({
    "10, 065947336a2f2a95ba8899f3675c3be6-2, '',         THESE_PARTS",
    "11, 065947336a2f2a95ba8899f3675c3be6-2, '',         OTHER_PARTS",
    "10, 165947336a2f2a95ba8899f3675c3be6-2, '',         UNTOLD",
    "10, opaque,                             '',         UNTOLD",
    "10, opaque,                             wpn7tg==-2, THESE_PARTS",
    "10, opaque,                             xpn7tg==-2, OTHER_PARTS",
    "11, opaque,                             wpn7tg==-2, OTHER_PARTS",
    "10, opaque,                             xpn7tg==,   UNTOLD",
  })
  void shouldBeToldByTheEntityTagOrTheChecksum(
      long size, String etag, String kept, ObjectOrigin origin) {
    // given
    var parts =
        new PartList(
            List.of(
                new UploadedPart(1, 5, HELLO, "NhCmhg=="),
                new UploadedPart(2, 5, WORLD, "OncRQw==")));

    // then
    assertThat(
            ObjectOrigin.of(
                size,
                "\"%s\"".formatted(etag),
                kept,
                parts,
                new Checksums(ChecksumAlgorithm.CRC32)))
        .isEqualTo(origin);
  }

  @ParameterizedTest
  @CsvSource({"opaque, UNTOLD", "065947336a2f2a95ba8899f3675c3be6-2, THESE_PARTS"})
  void shouldBeToldByTheEntityTagAloneWhereNoChecksumWasSent(String etag, ObjectOrigin origin) {
    var parts =
        new PartList(List.of(new UploadedPart(1, 5, HELLO, ""), new UploadedPart(2, 5, WORLD, "")));
    assertThat(
            ObjectOrigin.of(
                10,
                "\"%s\"".formatted(etag),
                "xpn7tg==-2",
                parts,
                new Checksums(ChecksumAlgorithm.NONE)))
        .isEqualTo(origin);
  }
}
