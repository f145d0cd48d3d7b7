// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong is named, and never repeated; what is right is in {@link ProxyRulesTest}. */
class ProxyVariableTest {
  @ParameterizedTest
  @CsvSource({
    "hush:hush:hush,          does not hold the address of a proxy",
    "http://,                 does not hold the address of a proxy",
    "http://hush@,            does not hold the address of a proxy",
    "http://pro xy:1,         does not hold the address of a proxy",
    "http://[fd00::1:3128,    does not hold the address of a proxy",
    "http://hush@proxy:hush,  does not hold the address of a proxy",
    "https://hush@proxy:1,    names a proxy that is not spoken to over http",
    "socks5://hush@proxy:1,   names a proxy that is not spoken to over http",
    "http://hush@proxy:0,     names a proxy with a port that does not exist",
    "http://hush@proxy:65536, names a proxy with a port that does not exist",
    "http://u:hush%@proxy:1,  has a % in its name or password",
    "http://u:hush%zz@proxy,  has a % in its name or password",
  })
  void shouldSayWhatIsWrong(String text, String message) {
    assertThatThrownBy(new ProxyVariable("HTTPS_PROXY", text)::server)
        .hasMessageStartingWith("The environment variable HTTPS_PROXY " + message)
        .hasMessageNotContaining("hush");
  }

  @Test
  void shouldTakeTheHighestPort() {
    assertThat(new ProxyVariable("X", "http://proxy:65535").server().port()).isEqualTo(65_535);
  }

  @Test
  void shouldNotShowItsText() {
    assertThat(new ProxyVariable("HTTPS_PROXY", "http://u:hush@proxy")).hasToString("HTTPS_PROXY");
  }
}
