// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Velero reads is read alike; what it refuses, or does not mean, is refused. */
class CredentialsFileTest {
  private static final Path NAME = Path.of("cloud");

  /**
   * A file (a character per byte), what Velero's loader was seen to make of it, and what VirtMover
   * has to.
   */
  record Case(String title, String profile, String velero, String virtmover, String content) {
    @Override
    public String toString() {
      return title;
    }
  }

  static List<Case> cases() throws IOException {
    try (var in = CredentialsFileTest.class.getResourceAsStream("/credentials/cases.txt")) {
      var cases = new ArrayList<Case>();
      var text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      for (var part : text.split("(?m)^=== ", -1)) {
        if (!part.startsWith("#")) {
          cases.add(oneCase(part.stripTrailing().split("\n", -1)));
        }
      }
      return cases;
    }
  }

  private static Case oneCase(String... lines) {
    var at = 1;
    var profile = StoreAccess.DEFAULT_PROFILE;
    if (lines[at].startsWith("profile: ")) {
      profile = lines[at++].substring("profile: ".length());
    }
    var velero = lines[at++].substring("velero: ".length());
    var virtmover = lines[at++].substring("virtmover: ".length());
    var content = String.join("\n", List.of(lines).subList(at, lines.length)) + "\n";
    return new Case(lines[0], profile, velero, virtmover, content.translateEscapes());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldReadAsVeleroDoesOrRefuse(Case one) {
    if (one.virtmover().equals("same")) {
      assertThat(seen(one)).isEqualTo(one.velero());
      return;
    }
    assertThatThrownBy(() -> seen(one))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> {
              assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
              assertThat(failure.getMessage())
                  .startsWith("The credentials file cloud")
                  .contains(one.virtmover())
                  .endsWith(".")
                  .doesNotContainPattern("\\R|Exception|secret-tool|example.invalid|(?i)wjalr");
            });
  }

  private static String seen(Case one) {
    var profile =
        CredentialsFile.parse(NAME, one.content().getBytes(StandardCharsets.ISO_8859_1))
            .profile(one.profile());
    var credentials =
        switch (profile.credentials().orElseThrow()) {
          case Credentials.Keys keys ->
              "keys %s %s%s"
                  .formatted(
                      keys.accessKeyId(),
                      keys.secretAccessKey(),
                      keys.sessionToken().map(" "::concat).orElse(""));
          case Credentials.WebIdentity role ->
              "role %s %s%s"
                  .formatted(
                      role.roleArn(),
                      role.tokenFile(),
                      role.sessionName().map(" session="::concat).orElse(""));
        };
    return credentials + profile.region().map(" region="::concat).orElse("");
  }

  @Test
  void shouldNotShowKeysAsText() {
    var keys = new Credentials.Keys("AK", "SK", Optional.of("TOK"));
    assertThat(new CredentialsProfile(Optional.of(keys), Optional.empty()).toString())
        .doesNotContain("AK", "SK", "TOK");
  }

  @Test
  void shouldSayWhyAFileCannotBeRead(@TempDir Path folder) {
    assertThatThrownBy(() -> CredentialsFile.read(folder.resolve("none")))
        .hasMessageMatching("Cannot read the credentials file /.*none: there is no such file\\.");
    assertThatThrownBy(() -> CredentialsFile.read(folder))
        .hasMessageMatching("Cannot read the credentials file /.*: it is a folder\\.");
  }

  @Test
  void shouldRefuseAFileThatIsTooLarge() {
    assertThatThrownBy(() -> CredentialsFile.parse(NAME, new byte[(1 << 20) + 1]))
        .hasMessageContaining("too large");
  }
}
