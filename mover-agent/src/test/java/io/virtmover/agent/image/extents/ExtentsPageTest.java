// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.extents;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.Geometry;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtentsPageTest {
  /** One window of 64 clusters. */
  private static final Geometry ONE_WINDOW = new Geometry(64 << 9, 9);

  @Property(tries = 200)
  void aPage_isDecodedAsItWasEncoded(
      @ForAll @IntRange(min = 9, max = 13) int clusterBits,
      @ForAll @LongRange(min = 1, max = 2 << 20) long virtualSize,
      @ForAll long seed) {
    // given
    var geometry = new Geometry(virtualSize, clusterBits);
    var page = new RandomPages(geometry, seed).page(geometry.windows() - 1);

    // when
    var bytes = page.encode();
    var length = bytes.remaining();
    var decoded =
        ExtentsPage.decode(WrittenSide.NAME, geometry, page.window(), page.objectOffset(), bytes);

    // then
    assertThat(length).isLessThanOrEqualTo(ExtentsFormat.largestPage(geometry));
    assertSame(decoded, page);
  }

  static void assertSame(ExtentsPage decoded, ExtentsPage page) {
    assertThat(decoded.window()).isEqualTo(page.window());
    assertThat(decoded.objectOffset()).isEqualTo(page.objectOffset());
    assertThat(decoded.runs()).isEqualTo(page.runs());
    assertThat(decoded.l2Checksum()).isEqualTo(page.l2Checksum());
    assertThat(decoded.dataClusters()).isEqualTo(page.dataClusters());
    for (var rank = 0; rank < page.dataClusters(); rank++) {
      assertThat(decoded.checksum(rank)).isEqualTo(page.checksum(rank));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                     | a number is cut off
          80                     | a number is cut off
          808080808001           | a number is cut off
          00                     | window 0 has a run of 0 clusters
          0400                   | window 0 has a run of 0 clusters
          8402                   | window 0 has a run of 65 clusters
          04f801                 | a number is cut off
          048202                 | window 0 has a run of 64 clusters
          ffffffff0f             | window 0 has a run of 1073741823 clusters
          8302                   | window 0 has a run of status 3
          8002                   | window 0 has the wrong number of checksums
          8002000000             | window 0 has the wrong number of checksums
          80020000000000000000   | window 0 has the wrong number of checksums
          820200000000           | window 0 has the wrong number of checksums
          """)
  void aPageThatCannotBe_isDamage(String hex, String why) {
    // given
    var bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));

    // then
    WrittenSide.assertDamaged(
        () -> ExtentsPage.decode(WrittenSide.NAME, ONE_WINDOW, 0, 512, bytes), why);
  }
}
