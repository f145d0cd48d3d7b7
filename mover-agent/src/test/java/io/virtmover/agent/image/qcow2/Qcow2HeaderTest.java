// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.Geometry;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** Reading and writing, each beside the class that does it, together. */
class Qcow2HeaderTest {
  @Property(tries = 300)
  void aHeader_isParsedAsItWasEncoded(
      @ForAll @IntRange(min = 9, max = 21) int clusterBits,
      @ForAll @AlphaChars @StringLength(max = 300) String backingName,
      @ForAll @IntRange(min = 0, max = 6) int refcountOrder,
      @ForAll long seed) {
    // given
    var random = new Random(seed);
    var geometry = new Geometry(1 + random.nextLong(64L << 30), clusterBits);
    var l1Cluster = 1 + random.nextLong(1 << 20);
    var refcountCluster = 1 + random.nextLong(1 << 20);
    var header =
        new Qcow2Header(
            3,
            geometry,
            Compression.ZLIB,
            Optional.of(backingName).filter(name -> !name.isEmpty()),
            (int) geometry.windows() + random.nextInt(8),
            geometry.offsetOf(l1Cluster),
            geometry.offsetOf(refcountCluster),
            1 + random.nextInt(4),
            refcountOrder);

    // when
    var bytes = header.encode();

    // then
    assertThat(bytes.remaining()).isEqualTo(geometry.clusterSize());
    assertThat(Qcow2Header.parse(bytes, Long.MAX_VALUE)).isEqualTo(header);
  }
}
