// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class Qcow2RunTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          HOLE, 0,      HOLE, 0,      true
          ZERO, 0,      ZERO, 0,      true
          DATA, 65536,  DATA, 131072, true
          DATA, 65536,  DATA, 196608, false
          DATA, 65536,  DATA, 65536,  false
          ZLIB, 65536,  ZLIB, 131072, false
          ZSTD, 65536,  ZSTD, 131072, false
          HOLE, 0,      ZERO, 0,      false
          DATA, 65536,  HOLE, 131072, false
          """)
  void runs_areJoinedWhereTheyCanBeReadAsOne(
      Qcow2Run.Kind kind, long hostOffset, Qcow2Run.Kind nextKind, long nextHost, boolean joined) {
    // given
    var run = new Qcow2Run(0, 65536, kind, hostOffset, 65536);
    var next = new Qcow2Run(65536, 65536, nextKind, nextHost, 65536);

    // then
    assertThat(run.isContinuedBy(next)).isEqualTo(joined);
  }

  @Test
  void aJoinedRun_beginsWhereTheFirstDoes() {
    // given
    var run = new Qcow2Run(512, 1024, Qcow2Run.Kind.DATA, 4096, 1024);
    var next = new Qcow2Run(1536, 512, Qcow2Run.Kind.DATA, 5120, 512);

    // then
    assertThat(run.joinedWith(next))
        .isEqualTo(new Qcow2Run(512, 1536, Qcow2Run.Kind.DATA, 4096, 1536));
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void everyCompression_hasAKindOfItsOwn(Compression compression) {
    assertThat(compression.kind().isCompressed()).isTrue();
    assertThat(compression.kind().name()).isEqualTo(compression.name());
  }
}
