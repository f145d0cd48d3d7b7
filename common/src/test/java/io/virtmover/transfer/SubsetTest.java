// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubsetTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void allPartsTogether_areEverythingOnce(int of) {
    for (var window = 0L; window < 30; window++) {
      var at = window;
      assertThat(IntStream.rangeClosed(1, of).filter(n -> new Subset(n, of).contains(at)))
          .as("window %d", window)
          .hasSize(1);
    }
  }

  @Test
  void theWhole_isOneOfOne() {
    assertThat(Subset.parse("1/1")).isEqualTo(Subset.whole());
    assertThat(Subset.parse("3/7")).isEqualTo(new Subset(3, 7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "3", "0/7", "8/7", "-1/7", "1/0", "1/7/2", " 1/7", "1/9999999", "a/b"})
  void anythingElse_isRefusedWithAnExample(String text) {
    assertThatThrownBy(() -> Subset.parse(text))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .hasMessageContaining("3/7");
  }
}
