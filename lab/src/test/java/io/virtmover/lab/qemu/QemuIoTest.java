// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QemuIoTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          wrote 1048576/1048576 bytes at offset 0~1 MiB, 1 ops; 00.00 sec   | true
          discard 65536/65536 bytes at offset 0~64 KiB, 1 ops; 00.00 sec    | true
          qemu: option negotiation failed~wrote 512/512 bytes at offset 0~  | true
          qemu-io> wrote 512/512 bytes at offset 0~512 bytes, 1 ops;         | true
          wrote 512/1048576 bytes at offset 0~512 bytes, 1 ops; 00.00 sec   | false
          write failed: No space left on device                             | false
          qemu: option negotiation failed: it wrote 512/512 bytes at offset | false
          ''                                                                | false
          """)
  void aRequestIsDone_whenALineSaysThatAllOfItWas(String printed, boolean isDone) {
    // given
    var lines = printed.replace('~', '\n');

    // when
    var judged = Qemu.isDone(lines);

    // then
    assertThat(judged).isEqualTo(isDone);
  }
}
