// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.failure.FailureKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatVersionTest {
  @ParameterizedTest
  @CsvSource({
    "1.0, 1.0, false",
    "1.1, 1.1, false",
    "1.2, 1.2, true",
    "1.9999, 1.9999, true",
    "0001.00, 1.0, false"
  })
  void ofTheSameMajorVersion_everyMinorOneIsRead(String text, String version, boolean later) {
    // when
    var read = FormatVersion.readable(text, "A result");

    // then
    assertThat(read).hasToString(version);
    assertThat(read.mayHaveUnknownFields()).isEqualTo(later);
  }

  @ParameterizedTest
  @CsvSource({"0.9, 0.9", "2.0, 2.0", "9999.0, 9999.0", "1, 1", "2, 2", "123456789, 123456789"})
  void anotherMajorVersion_isRefusedWithWhatToDo(String text, String version) {
    assertFails(
        () -> FormatVersion.readable(text, "A result"),
        FailureKind.UNSUPPORTED,
        "A result has version %s; this program knows 1.x. Let controller and mover be of one release."
            .formatted(version));
  }

  @ParameterizedTest
  @CsvSource({"''", "x", "1.", ".0", "1.0.0", "-1.0", "' 1.0'", "1.00000", "1234567890", "١.٠"})
  void whatIsNoVersion_isRefusedWithoutRepeatingIt(String text) {
    assertFails(
        () -> FormatVersion.readable(text, "A result"),
        FailureKind.INVALID_REQUEST,
        "A result: its version is not of the form major.minor, as 1.1 is.");
  }
}
