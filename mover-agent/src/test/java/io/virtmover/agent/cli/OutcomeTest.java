// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private record Line(String name, long size, boolean usable, List<String> disks) {}

  @Test
  void recordsOfSimpleValues_becomeJson() {
    // when
    var outcome =
        Outcome.good(List.of(new Line("b", 1L << 40, true, List.of("d"))), List.of("one line"));

    // then
    assertThat(outcome.report())
        .hasToString(
            """
            [{"name":"b","size":1099511627776,"usable":true,"disks":["d"]}]""");
    assertThat(outcome.lines()).containsExactly("one line");
    assertThat(outcome.failure()).isEmpty();
  }
}
