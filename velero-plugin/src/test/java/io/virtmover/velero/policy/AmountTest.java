// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.VirtMoverException;
import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AmountTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "10Gi, 10737418240",
    "1.5Ki, 1536",
    "2G, 2000000000",
    "3e3, 3000",
    "1E, 1000000000000000000",
    "2E3, 2000",
    "500m, 0.5",
    "1Ei, 1152921504606846976"
  })
  void shouldReadWhatKubernetesWrites(String text, BigDecimal bytes) {
    // when
    var amount = Amount.read(text);

    // then
    assertThat(amount).isEqualByComparingTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Gi", "10GB", "ten", "1 Gi"})
  void shouldRefuseWhatIsNone(String text) {
    // then
    assertThatThrownBy(() -> Amount.read(text))
        .isInstanceOf(VirtMoverException.class)
        .hasMessageContaining("'%s' is not a quantity".formatted(text));
  }
}
