// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a profile may hold, and what is refused; {@code ;} stands for a line break. */
class ProfileReaderTest {
  private static final String KEYS = "aws_access_key_id=AK;aws_secret_access_key=SK";
  private static final String ROLE = "role_arn=arn:r;web_identity_token_file=/token";

  @Test
  void shouldReadKeysAndRoles() throws IniText.Refusal {
    assertThat(read(KEYS + ";aws_session_token=T;region=eu-west-1"))
        .isEqualTo(
            new CredentialsProfile(
                Optional.of(new Credentials.Keys("AK", "SK", Optional.of("T"))),
                Optional.of("eu-west-1")));
    assertThat(read(ROLE + ";role_session_name=s"))
        .isEqualTo(
            new CredentialsProfile(
                Optional.of(
                    new Credentials.WebIdentity("arn:r", Path.of("/token"), Optional.of("s"))),
                Optional.empty()));
    assertThat(read("region=r").credentials()).isEmpty();
  }

  @Test
  void shouldTakeTheLaterSectionsPairAsAWhole() throws IniText.Refusal {
    assertThat(read(KEYS, "aws_access_key_id=AK2;aws_secret_access_key=SK2").credentials())
        .contains(new Credentials.Keys("AK2", "SK2", Optional.empty()));
    assertThatThrownBy(() -> read(KEYS, "aws_access_key_id=AK2"))
        .hasMessageContaining("aws_access_key_id in line 2 has no aws_secret_access_key beside it");
  }

  @ParameterizedTest
  @CsvSource({
    "output=json",
    "cli_pager=x",
    "s3=x",
    "x_principal=x",
    "aws_security_token=x",
    "expiration=x",
    "sso_session=",
    "sts_regional_endpoints=regional"
  })
  void shouldPassOverWhatSaysNothing(String line) throws IniText.Refusal {
    assertThat(read(KEYS + ";" + line)).isEqualTo(read(KEYS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          credential_process=/bin/x            | credential_process in line 2 is not followed
          source_profile=hush                  | source_profile in line 2 is not followed
          endpoint_url=hush                    | endpoint_url in line 2 is not followed
          hUshHUSH99=x                         | the key in line 2 is not followed
          aws_access_key_id=hush               | aws_access_key_id in line 2 has no aws_secret_access_key beside it
          aws_secret_access_key=hush           | aws_secret_access_key in line 2 has no aws_access_key_id beside it
          aws_session_token=hush               | aws_session_token in line 2 has no aws_access_key_id beside it
          aws_access_key_id=hush;aws_secret_access_key= | aws_secret_access_key in line 3 is empty
          aws_access_key_id=hu sh;aws_secret_access_key=x | aws_access_key_id in line 2 holds blanks
          role_arn=hush                        | role_arn in line 2 has no web_identity_token_file beside it
          web_identity_token_file=/hush        | web_identity_token_file in line 2 has no role_arn beside it
          region=hu/sh                         | region in line 2 is not the name of a region
          region=r; hush                       | region in line 2 goes on in line 3
          role_arn=hu\u0001sh;web_identity_token_file=/t | role_arn in line 2 holds characters that are not text
          """)
  void shouldRefuseByNameWithoutRepeatingAValue(String lines, String message) {
    assertThatThrownBy(() -> read(lines))
        .hasMessageStartingWith("The credentials file cloud, profile 'p': " + message)
        .message()
        .doesNotContain("hush", "hUsh", "hu/sh", "hu sh");
  }

  @Test
  void shouldRefuseTwoIdentities() {
    assertThatThrownBy(() -> read(KEYS + ";" + ROLE))
        .hasMessageEndingWith(
            "web_identity_token_file in line 5 contradicts aws_access_key_id; leave one of them out.");
  }

  private static CredentialsProfile read(String... sections) throws IniText.Refusal {
    var parts = new ArrayList<Map<String, IniText.Entry>>();
    for (var section : sections) {
      parts.add(IniText.parse("[p]\n" + section.replace(';', '\n')).get("p"));
    }
    return new ProfileReader(Path.of("cloud"), "p", List.copyOf(parts)).read();
  }
}
