// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectRulesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          *                     | Everything[]
          172.30.0.0/16         | Network[network=/172.30.0.0, bits=16]
          fd00::/8              | Network[network=/fd00:0:0:0:0:0:0:0, bits=8]
          10.0.0.1              | Address[address=/10.0.0.1, port=OptionalInt.empty]
          10.0.0.1:9000         | Address[address=/10.0.0.1, port=OptionalInt[9000]]
          [fd00::1]             | Address[address=/fd00:0:0:0:0:0:0:1, port=OptionalInt.empty]
          [fd00::1]:9000        | Address[address=/fd00:0:0:0:0:0:0:1, port=OptionalInt[9000]]
          fd00::1               | Address[address=/fd00:0:0:0:0:0:0:1, port=OptionalInt.empty]
          Example.COM.          | Domain[name=example.com, itself=true, port=OptionalInt.empty]
          .svc                  | Domain[name=svc, itself=false, port=OptionalInt.empty]
          *.svc                 | Domain[name=svc, itself=false, port=OptionalInt.empty]
          s3:9000               | Domain[name=s3, itself=true, port=OptionalInt[9000]]
          s3:                   | Domain[name=s3, itself=true, port=OptionalInt.empty]
          bücher.example        | Domain[name=xn--bcher-kva.example, itself=true, port=OptionalInt.empty]
          999.0.0.1             | Domain[name=999.0.0.1, itself=true, port=OptionalInt.empty]
          """)
  void shouldReadAnEntry(String entry, String rule) {
    assertThat(DirectRules.parse(entry)).singleElement().hasToString(rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " , ",
        "10.0.0.0/33",
        "fd00::/129",
        "10.0/8",
        "s3:port",
        "*.",
        ".",
        "[fd00::1"
      })
  void shouldPassOverWhatMeansNothing(String entry) {
    assertThat(DirectRules.parse(entry)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b", "a b", " a ,, b ", "a,\tb\n"})
  void shouldSeparateByCommasAndBlanks(String noProxy) {
    assertThat(DirectRules.parse(noProxy)).hasSize(2);
  }
}
