// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.virtmover.location.Encryption;
import io.virtmover.location.Location;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocationOptionsTest {
  @TempDir private Path folder;
  private final LocationOptions options = new LocationOptions();

  @BeforeEach
  void name() {
    options.bucket = "b";
  }

  @Test
  void aBucketAlone_isALocation() {
    assertThat(options.resolve()).isEqualTo(Location.of("b", ""));
  }

  @Test
  void everyWord_hasItsPlace() throws IOException {
    // given
    options.prefix = "p";
    options.region = "r";
    options.endpoint = "https://s3.shop.svc:9000";
    options.pathStyle = true;
    options.ca = Files.writeString(folder.resolve("ca"), "certificate");
    options.credentials = folder.resolve("credentials");
    options.profile = "backup";
    options.customerKey = Files.write(folder.resolve("key"), new byte[32]);

    // when
    var location = options.resolve();

    // then
    assertThat(location.bucket()).isEqualTo("b");
    assertThat(location.prefix()).isEqualTo("p");
    assertThat(location.server().region()).hasValue("r");
    assertThat(location.server().endpoint()).hasValue(URI.create("https://s3.shop.svc:9000"));
    assertThat(location.server().pathStyle()).isTrue();
    assertThat(location.server().trust().caPem()).hasValue("certificate");
    assertThat(location.access().credentialsFile()).hasValue(folder.resolve("credentials"));
    assertThat(location.access().profile()).isEqualTo("backup");
    assertThat(location.objectSettings().encryption())
        .isEqualTo(new Encryption.CustomerKey(ByteBuffer.allocate(32)));
    assertThat(location.access().readOnly()).isFalse();
  }

  @Test
  void ofAManifest_whoOneIsCanBeSaidBesides() throws IOException {
    // given
    options.bucket = null;
    options.location =
        Files.writeString(
            folder.resolve("bsl.yaml"),
            """
            kind: BackupStorageLocation
            spec:
              provider: aws
              accessMode: ReadOnly
              config: {profile: other, region: r}
              objectStorage: {bucket: b, prefix: p}
            """);
    options.profile = "backup";

    // when
    var location = options.resolve();

    // then
    assertThat(location.access().profile()).isEqualTo("backup");
    assertThat(location.prefix()).isEqualTo("p");
    assertThat(location.access().readOnly()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --bucket b --endpoint https://u:hush@s3       | leave that out
          --bucket b --endpoint https://u:hush@s^3      | not the http or https address
          --bucket b --endpoint https://s3?token=hush   | leave that out
          --bucket b --endpoint u:hush@s3               | not the http or https address
          --bucket b --region a/b                       | 'a/b' is not the name of a region
          --bucket b --endpoint http://s3 --ca /ca      | --ca does not apply to an http address
          --bucket b --ca /no-such                      | Cannot read the CA file /no-such: there is no such file
          --bucket b --credentials /no-such             | Cannot read the credentials file /no-such: there is no such file
          --bucket b --customer-key /no-such            | Cannot read the customer key /no-such: there is no such file
          --quiet                                       | --location FILE, or --bucket B
          --location /no-such                           | Cannot read the location file /no-such: there is no such file
          --location f --bucket b                       | leave out --bucket
          --location f --prefix p                       | leave out --prefix
          --location f --region r                       | leave out --region
          --location f --endpoint http://s3             | leave out --endpoint
          --location f --path-style                     | leave out --path-style
          --location f --ca f                           | leave out --ca
          """)
  void whatContradictsItself_isRefused(String words, String message) {
    TypedCommand.of("list " + words).assertRefused(message);
  }
}
