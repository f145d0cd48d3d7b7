// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartSizeTest {
  private static final long MIB = 1 << 20;
  private static final long LARGEST = 1L << 30;

  /** 9,500 parts are planned of the 10,000 that S3 allows. */
  @ParameterizedTest
  @CsvSource({
    "0, 5",
    "1, 5",
    "49807360000, 5",
    "49807360001, 6",
    "59768832000, 6",
    "59768832001, 7",
    "5497558138880, 552",
  })
  void theSmallestWithFewEnoughParts_inWholeMebibytes(long imageBytes, long mebibytes) {
    assertThat(PartSize.of(imageBytes)).isEqualTo(mebibytes * MIB);
  }

  @Test
  void anyImageThatAnObjectCanHold_hasPartsThatS3TakesAndMemoryHolds() {
    // given
    var seed = System.nanoTime();
    var random = new SplittableRandom(seed);

    // then
    for (var i = 0; i < 1000; i++) {
      var image = random.nextLong(PartSize.LARGEST_OBJECT + 1);
      var part = PartSize.of(image);
      assertThat(part)
          .as("image of %d bytes, seed %d", image, seed)
          .isBetween(PartSize.SMALLEST, LARGEST)
          .satisfies(size -> assertThat((image + size - 1) / size).isLessThanOrEqualTo(9_500));
    }
  }
}
