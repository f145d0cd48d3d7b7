// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.agent.chain.DescribedLayer;
import io.virtmover.agent.chain.Layer;
import io.virtmover.agent.chain.StoredImages;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeBuffersTest {
  @TempDir private Path folder;
  private final StoredImages images = new StoredImages();

  @ParameterizedTest
  @CsvSource({
    "128,     16, 64,   2",
    "4096,    16, 2048, 2",
    "8192,    16, 4096, 2",
    "16384,   16, 8192, 2",
    "20480,   16, 8192, 2",
    "40960,   16, 8192, 5",
    "131072,  16, 8192, 16",
    "1048576, 16, 8192, 16",
    "4096,    21, 2048, 2"
  })
  void memory_isCutIntoAsManyLargeBuffersAsHelp(int kib, int clusterBits, int sizeKib, int count) {
    assertThat(RangeBuffers.of((long) kib << 10, List.of(described(clusterBits))))
        .isEqualTo(new RangeBuffers(sizeKib << 10, count));
  }

  @ParameterizedTest
  @CsvSource({"9, 1Ki", "16, 128Ki", "21, 4096Ki"})
  void tooLittleForTwoClusters_isRefusedWithWhatIsEnough(int clusterBits, String enough) {
    // given
    var layers = List.<Layer>of(described(clusterBits));
    var least = 2L << clusterBits;

    // then
    assertThat(RangeBuffers.of(least, layers).count()).isEqualTo(2);
    assertRefused(least - 1, layers, enough);
  }

  @ParameterizedTest
  @CsvSource({"64k, 262144, 256Ki", "2M, 8388608, 8192Ki"})
  void aForeignImagesCompressedCluster_mayTakeTwiceItsSize(
      String clusterSize, long least, String enough) {
    // given
    var image = StoredImages.create(folder.resolve("image"), "4M", "cluster_size=" + clusterSize);
    var layers = List.<Layer>of(described(9), images.foreign("f", image, false));

    // then
    assertThat(RangeBuffers.of(least, layers).count()).isEqualTo(2);
    assertRefused(least - 1, layers, enough);
  }

  @Test
  void theLargestClusterOfAChain_counts() {
    // given
    var layers = List.<Layer>of(described(16), described(9));

    // then
    assertRefused(4096, layers, "128Ki");
  }

  private static void assertRefused(long memory, List<Layer> layers, String enough) {
    assertThatThrownBy(() -> RangeBuffers.of(memory, layers))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessage(
            "%d bytes of memory are too little for this disk; give at least --memory %s.",
            memory, enough);
  }

  private DescribedLayer described(int clusterBits) {
    return images.drawn("d" + clusterBits, ".", clusterBits, false);
  }
}
