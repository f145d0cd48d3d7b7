// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://s3.example.org                       | https://s3.example.org
          http://10.0.0.1:9000/                        | http://10.0.0.1:9000/
          https://[fd00::1]:8443/exports/d             | https://[fd00::1]:8443/exports/d
          https://host/exports/d?token=hush            | https://host/exports/d
          https://host/exports/d#hush                  | https://host/exports/d
          https://host?hush                            | https://host
          https://us:hush@host:9000/a                  | https://host:9000/a
          https://hush@host                            | https://host
          https://us:hush/hush@host/a                  | https://host/a
          https://us:hush@hush@host/a                  | https://host/a
          https://us:hush:hush@host/a?token=hush       | https://host/a
          https://us:hush?hush@host/a                  | https://(hidden)
          https://us:1234#hush@host/a                  | https://(hidden)
          https://us:12/hush?hush@host/a               | https://(hidden)
          https://host/a?token=hush@hush               | https://(hidden)
          us:hush@host:9000                            | host:9000
          s3+x.y-z://us:hush@host                      | s3+x.y-z://host
          https:us:hush@host                           | host
          https://us:hush hush@host/a b                | https://host/a b
          host                                         | host
          """)
  void anAddress_isShownWithoutWhatMayBeSecret(String address, String shown) {
    assertThat(Addresses.shown(address)).isEqualTo(shown).doesNotContain("hush");
  }

  @Test
  void aParsedAddress_isShownTheSameWay() {
    assertThat(Addresses.shown(URI.create("https://us:hush@host:1/a?b=c")))
        .isEqualTo("https://host:1/a");
  }

  @Test
  void anAddressOverSeveralLines_staysInOne() {
    assertThat(Addresses.shown("https://host/a\nb\tc")).isEqualTo("https://host/a?b?c");
    assertThat(Addresses.shown("")).isEmpty();
  }
}
