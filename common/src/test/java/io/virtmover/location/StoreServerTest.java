// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoreServerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://s3",
        "HTTPS://s3.example:9000",
        "https://[fd00::1]:9000",
        "http://s3/base"
      })
  void shouldTakeAnAddress(String address) {
    assertThat(StoreServer.address(address)).hasToString(address);
  }

  @ParameterizedTest
  @CsvSource({
    "s3.example:9000,      is not the http or https address",
    "ftp://s3.example,     is not the http or https address",
    "http:///bucket,       is not the http or https address",
    "http://s3 example,    is not the http or https address",
    "http://a@s3.example,  'has a name, a password, a query or a fragment'",
    "http://s3.example?a,  'has a name, a password, a query or a fragment'",
    "http://s3.example#a,  'has a name, a password, a query or a fragment'",
  })
  void shouldRefuseWhatIsNoAddress(String address, String message) {
    assertThatThrownBy(() -> StoreServer.address(address))
        .hasMessageContaining(message)
        .hasNoCause();
  }

  @ParameterizedTest
  @CsvSource({
    "eu-west-1, true",
    "us_east.1, true",
    "-west,     false",
    "a/b,       false",
    "'a b',     false",
    "'',        false",
    "ümlaut,    false",
  })
  void shouldTellARegionFromWhatCannotStandInAHostName(String region, boolean isOne) {
    assertThat(StoreServer.isRegion(region)).isEqualTo(isOne);
    if (!isOne) {
      assertThatThrownBy(() -> server(region, "http://s3"))
          .hasMessage("'%s' is not the name of a region.".formatted(region));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://s3", "http://u:p@s3"})
  void shouldCheckItsAddressHoweverItIsMade(String address) {
    assertThatThrownBy(() -> server("r", address)).hasMessageContaining("S3 server");
  }

  private static StoreServer server(String region, String endpoint) {
    return new StoreServer(
        Optional.of(region), Optional.of(URI.create(endpoint)), false, TlsTrust.SYSTEM);
  }
}
