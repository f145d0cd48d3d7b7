// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.Geometry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static final Geometry DISK = new Geometry(1 << 20, 16);

  @Test
  void theSameContent_inWhateverPieces_isTheSameImage() {
    assertThat(of(DISK, Optional.of("b"), "extents"))
        .isEqualTo(of(DISK, Optional.of("b"), "ext", "ents"));
  }

  @Test
  void whatDiffersInAnything_isAnotherImage() {
    // given
    var all =
        Stream.of(
                of(DISK, Optional.empty(), "extents"),
                of(DISK, Optional.of("b"), "extents"),
                of(DISK, Optional.of("c"), "extents"),
                of(DISK, Optional.of("b"), "extentS"),
                of(new Geometry((1 << 20) + 512, 16), Optional.of("b"), "extents"),
                of(new Geometry(1 << 20, 12), Optional.of("b"), "extents"))
            .toList();

    // then
    assertThat(all).doesNotHaveDuplicates().allMatch(hex -> hex.matches("[0-9a-f]{64}"));
  }

  private static String of(Geometry geometry, Optional<String> backingName, String... pieces) {
    var fingerprint = new Fingerprint(geometry, backingName);
    for (var piece : List.of(pieces)) {
      fingerprint.update(ByteBuffer.wrap(piece.getBytes(StandardCharsets.US_ASCII)));
    }
    return Fingerprint.hex(fingerprint.bytes());
  }
}
