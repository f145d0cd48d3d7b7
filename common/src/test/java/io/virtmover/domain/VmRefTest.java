// SPDX-License-Identifier: Apache-2.0
package io.virtmover.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmRefTest {
  @Test
  void namespaceAndName_areReadAsTheyAreShown() {
    // when
    var vm = VmRef.parse("shop/db-01");

    // then
    assertThat(vm).isEqualTo(new VmRef("shop", "db-01")).hasToString("shop/db-01");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "shop", "/", "shop/", "/db-01", "shop/db/01", "shop/..", "./db-01"})
  void anythingElse_isRefused(String text) {
    assertThatThrownBy(() -> VmRef.parse(text))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST));
  }
}
