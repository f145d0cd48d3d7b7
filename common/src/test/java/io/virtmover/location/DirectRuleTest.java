// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.location.DirectRule.Server;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which server an entry of NO_PROXY covers. */
class DirectRuleTest {
  @ParameterizedTest
  @CsvSource({
    "*,                s3.example,  443,  true",
    "*,                10.0.0.1,    443,  true",
    "172.30.0.0/16,    172.30.9.9,  443,  true",
    "172.30.0.0/16,    172.31.0.1,  443,  false",
    "172.30.0.0/16,    s3.example,  443,  false",
    "172.30.0.0/16,    fd00::1,     443,  false",
    "10.128.0.0/9,     10.128.0.1,  443,  true",
    "10.128.0.0/9,     10.127.0.1,  443,  false",
    "10.0.0.1/32,      10.0.0.1,    443,  true",
    "10.0.0.1/32,      10.0.0.2,    443,  false",
    "0.0.0.0/0,        10.0.0.2,    443,  true",
    "fd00::/8,         fdff::1,     443,  true",
    "fd00::/8,         fe00::1,     443,  false",
    "10.0.0.1,         10.0.0.1,    9000, true",
    "10.0.0.1:9000,    10.0.0.1,    9000, true",
    "10.0.0.1:9000,    10.0.0.1,    443,  false",
    "10.0.0.1,         10.0.0.2,    9000, false",
    "[fd00::1]:9000,   fd00::1,     9000, true",
    "[fd00::1]:9000,   fd00::1,     443,  false",
    "example.com,      example.com,     443, true",
    "example.com,      s3.example.com,  443, true",
    "example.com,      myexample.com,   443, false",
    ".example.com,     example.com,     443, false",
    ".example.com,     s3.example.com,  443, true",
    "*.example.com,    example.com,     443, false",
    "*.example.com,    a.b.example.com, 443, true",
    "example.com:9000, example.com,    9000, true",
    "example.com:9000, example.com,     443, false",
    "0.1,              10.0.0.1,        443, false",
  })
  void shouldCoverWhatItSays(String entry, String host, int port, boolean covered) {
    // given
    var server = new Server(host, port, DirectRules.address(host));

    // when
    var rules = DirectRules.parse(entry);

    // then
    assertThat(rules).hasSize(1);
    assertThat(rules.getFirst().covers(server)).isEqualTo(covered);
  }
}
