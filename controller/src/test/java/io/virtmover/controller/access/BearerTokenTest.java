// SPDX-License-Identifier: Apache-2.0
package io.virtmover.controller.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class BearerTokenTest {
  @ParameterizedTest
  @ValueSource(strings = {"Bearer abc.def", "bearer abc.def", "Bearer  abc.def "})
  void shouldReadATokenOfAHeader(String header) {
    // when
    var token = BearerToken.of(header);

    // then
    assertThat(token).map(BearerToken::value).contains("abc.def");
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic abc", "abc"})
  void shouldReadNoTokenOfAnythingElse(String header) {
    assertThat(BearerToken.of(header)).isEmpty();
  }

  @Test
  void shouldNotShowTheTokenInTexts() {
    // when
    var token = BearerToken.of("Bearer secret").orElseThrow();

    // then
    assertThat(token.toString()).doesNotContain("secret");
    assertThat(token.fingerprint()).hasSize(64).doesNotContain("secret");
  }
}
