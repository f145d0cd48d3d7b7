// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.objectstore.WriteCondition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationTest {
  @ParameterizedTest
  @CsvSource({
    "false, always,    PLAIN",
    "true,  always,    CHECKSUM",
    "false, absent,    CONDITION",
    "false, unchanged, CONDITION",
    "true,  absent,    CHECKSUM_AND_CONDITION",
    "true,  unchanged, CHECKSUM_AND_CONDITION",
  })
  void shouldRememberWhatAServerMayNotKnow(
      boolean checksum, String condition, Operation.Sent sent) {
    // given
    var writing = Operation.writing("Writing", "k");

    // when
    var operation =
        writing.with(
            checksum,
            switch (condition) {
              case "absent" -> WriteCondition.ifAbsent();
              case "unchanged" -> WriteCondition.ifUnchanged("e");
              default -> WriteCondition.always();
            });

    // then
    assertThat(operation)
        .isEqualTo(new Operation("Writing", "k", "s3:PutObject", sent, writing.started()));
  }
}
