// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.image.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.agent.image.qcow2.Qcow2Exception.Reason;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Qcow2ExceptionTest {
  private static final String REASONS =
      """
      DAMAGED,             true,  false
      NOT_CLEAN,           true,  true
      ENCRYPTED,           false, false
      EXTERNAL_DATA_FILE,  false, false
      SUBCLUSTERS,         false, true
      UNKNOWN_VERSION,     false, false
      UNKNOWN_COMPRESSION, false, false
      UNKNOWN_FEATURE,     false, false
      EMPTY_DISK,          false, false
      """;

  @ParameterizedTest
  @CsvSource(textBlock = REASONS)
  void aReason_tellsDamageAndWhatElseHelps(Reason reason, boolean isDamage, boolean isReadByQemu) {
    assertThat(reason.isDamage()).isEqualTo(isDamage);
    assertThat(reason.isReadByQemu()).isEqualTo(isReadByQemu);
  }

  @Test
  void everyReason_isInTheTable() {
    assertThat(REASONS.lines().map(line -> line.substring(0, line.indexOf(','))))
        .containsExactlyElementsOf(Arrays.stream(Reason.values()).map(Reason::name).toList());
  }

  /** Who looks for damage wants the place; who has the wrong kind of image the feature. */
  @Test
  void damage_isToldWithItsPlace() {
    assertThat(Qcow2Exception.damaged(72, "it is wrong"))
        .hasMessage("it is wrong (at byte 72 of the image)");
    assertThat(Qcow2Exception.unsupported(Reason.ENCRYPTED, 32, "it is encrypted"))
        .hasMessage("it is encrypted");
  }
}
