// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Location;
import io.virtmover.location.ProxyRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.SdkHttpClient;

/** Where credentials come from, in which order, and that nothing is executed for them. */
class S3IdentityTest {
  private static final String ROLE_ANSWER =
      """
      <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult><Credentials>
          <AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>S</SecretAccessKey>
          <SessionToken>T</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
        </Credentials></AssumeRoleWithWebIdentityResult>
      </AssumeRoleWithWebIdentityResponse>
      """;
  private static final String REFUSAL =
      """
      <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
        <Code>InvalidIdentityToken</Code><Message>token-text is not good</Message>
      </Error></ErrorResponse>
      """;

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();

  @Test
  void shouldReadAFileAgainWhenItHasChanged() throws IOException {
    // given
    var file = keys("cloud", "FIRST");
    var identity = identity(Optional.of(file), "default");
    assertThat(accessKey(identity)).isEqualTo("FIRST");

    // when
    keys("cloud", "SECOND");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1));

    // then
    assertThat(accessKey(identity)).isEqualTo("SECOND");
  }

  @Test
  void shouldKeepTheOldKeysWhileAFileIsHalfWritten() throws IOException {
    // given
    var file = keys("cloud", "FIRST");
    var identity = identity(Optional.of(file), "default");

    // when
    Files.writeString(file, "[default]\naws_access_key_id = SEC");

    // then
    assertThat(accessKey(identity)).isEqualTo("FIRST");
    Files.delete(file);
    assertThat(accessKey(identity)).isEqualTo("FIRST");
    keys("cloud", "SECOND");
    assertThat(accessKey(identity)).isEqualTo("SECOND");
  }

  @Test
  void shouldPreferTheNamedFileToTheEnvironment() throws IOException {
    environment.put("AWS_ACCESS_KEY_ID", "ENVIRONMENT");
    environment.put("AWS_SECRET_ACCESS_KEY", "S");
    assertThat(accessKey(identity(Optional.of(keys("cloud", "FILE")), "default")))
        .isEqualTo("FILE");
    assertThat(accessKey(identity(Optional.empty(), "default"))).isEqualTo("ENVIRONMENT");
  }

  @Test
  void shouldTakeASessionTokenFromTheEnvironment() {
    environment.put("AWS_ACCESS_KEY_ID", "A");
    environment.put("AWS_SECRET_ACCESS_KEY", "S");
    environment.put("AWS_SESSION_TOKEN", "T");
    assertThat(identity(Optional.empty(), "default").credentials().resolveCredentials())
        .isInstanceOfSatisfying(
            AwsSessionCredentials.class,
            session -> assertThat(session.sessionToken()).isEqualTo("T"));
  }

  @Test
  void shouldRefuseHalfAnEnvironment() {
    environment.put("AWS_SECRET_ACCESS_KEY", "hush");
    assertRefused(Optional.empty(), "default", "AWS_ACCESS_KEY_ID");
    environment.clear();
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
    assertRefused(Optional.empty(), "default", "AWS_ROLE_ARN");
  }

  @Test
  void shouldFindTheUsersFilesAndTheProfileInThem() throws IOException {
    // given
    Files.createDirectories(folder.resolve(".aws"));
    keys(".aws/credentials", "HOME");
    Files.writeString(
        folder.resolve(".aws/config"),
        """
        [default]
        region = eu-west-1
        [profile other]
        aws_access_key_id = OTHER
        aws_secret_access_key = S
        """);
    environment.put("HOME", folder.toString());

    // when
    var own = identity(Optional.empty(), "default");
    var other = identity(Optional.empty(), "other");

    // then
    assertThat(accessKey(own)).isEqualTo("HOME");
    assertThat(own.region()).contains("eu-west-1");
    assertThat(accessKey(other)).isEqualTo("OTHER");
    assertRefused(Optional.empty(), "third", "no profile 'third'");
  }

  @Test
  void shouldNotPassOverAProfileThatIsAskedForBecauseOfTheEnvironment() throws IOException {
    environment.put("AWS_ACCESS_KEY_ID", "ENVIRONMENT");
    environment.put("AWS_SECRET_ACCESS_KEY", "S");
    environment.put(
        "AWS_SHARED_CREDENTIALS_FILE",
        Files.writeString(
                folder.resolve("shared"),
                "[backup]\naws_access_key_id = BACKUP\naws_secret_access_key = S\n")
            .toString());
    assertThat(accessKey(identity(Optional.empty(), "backup"))).isEqualTo("BACKUP");
    assertRefused(Optional.empty(), "third", "no profile 'third'");
  }

  @Test
  void shouldNeverRunAProgram() throws IOException {
    // given
    var witness = folder.resolve("witness");
    var program = "[default]\ncredential_process = /usr/bin/touch %s\n".formatted(witness);
    var file = Files.writeString(folder.resolve("cloud"), program);
    Files.createDirectories(folder.resolve(".aws"));
    Files.writeString(folder.resolve(".aws/config"), program);
    environment.put("HOME", folder.toString());

    // then
    assertRefused(Optional.of(file), "default", "credential_process in line 2 is not followed");
    assertRefused(Optional.empty(), "default", "credential_process in line 2 is not followed");
    assertThat(witness).doesNotExist();
  }

  @Test
  void shouldTakeOnARoleWithTheTokenOfTheFile() throws IOException {
    try (var sts = new WireRecorder(200, ROLE_ANSWER)) {
      // given
      var file = role(sts);

      // when
      var credentials = identity(Optional.of(file), "default").credentials().resolveCredentials();

      // then
      assertThat(credentials.accessKeyId()).isEqualTo("ROLE");
      assertThat(sts.seen()).hasSize(1);
      assertThat(sts.seen().getFirst().body())
          .contains(
              "Action=AssumeRoleWithWebIdentity",
              "RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr",
              "RoleSessionName=mine",
              "WebIdentityToken=token-text");
      assertThat(sts.seen().getFirst().authorization()).isEmpty();
    }
  }

  @Test
  void shouldTakeOnTheRoleOfTheEnvironment() throws IOException {
    try (var sts = new WireRecorder(200, ROLE_ANSWER)) {
      role(sts);
      environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/env");
      environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", folder.resolve("token").toString());
      assertThat(accessKey(identity(Optional.empty(), "default"))).isEqualTo("ROLE");
      assertThat(sts.seen().getFirst().body()).contains("role%2Fenv", "RoleSessionName=virtmover-");
    }
  }

  @Test
  void shouldSayWhyARoleIsRefusedWithoutTheToken() throws IOException {
    try (var sts = new WireRecorder(400, REFUSAL)) {
      var identity = identity(Optional.of(role(sts)), "default");
      assertFails(identity, FailureKind.ACCESS_DENIED, "400 InvalidIdentityToken");
      Files.delete(folder.resolve("token"));
      assertFails(identity, FailureKind.INVALID_REQUEST, "cannot read its token file");
    }
  }

  @Test
  void shouldTakeTheRegionInVelerosOrder() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("cloud"),
            "[default]\naws_access_key_id = A\naws_secret_access_key = S\nregion = of-file\n");
    assertThat(identity(Optional.of(file), "default").region()).contains("of-file");
    environment.put("AWS_DEFAULT_REGION", "of-default");
    assertThat(identity(Optional.of(file), "default").region()).contains("of-default");
    environment.put("AWS_REGION", "of-environment");
    assertThat(identity(Optional.of(file), "default").region()).contains("of-environment");
  }

  private Path role(WireRecorder sts) throws IOException {
    environment.put("AWS_ENDPOINT_URL_STS", sts.address().toString());
    var token = Files.writeString(folder.resolve("token"), "token-text");
    return Files.writeString(
        folder.resolve("cloud"),
        """
        [default]
        role_arn = arn:aws:iam::1:role/r
        web_identity_token_file = %s
        role_session_name = mine
        """
            .formatted(token));
  }

  private Path keys(String name, String accessKey) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        "[default]\naws_access_key_id = %s\naws_secret_access_key = S\n".formatted(accessKey));
  }

  private S3Identity identity(Optional<Path> file, String profile) {
    var location = Location.of("b", "p").withAccess(file, Optional.of(profile));
    return S3Identity.of(location, environment, () -> client(location));
  }

  private static SdkHttpClient client(Location location) {
    var patience = Patience.DEFAULT;
    return new StoreHttpClient(
        1,
        new StoreTls(location.server().trust()),
        patience.idle(),
        patience.idle(),
        ProxyRules.none());
  }

  private static String accessKey(S3Identity identity) {
    return identity.credentials().resolveCredentials().accessKeyId();
  }

  private void assertRefused(Optional<Path> file, String profile, String message) {
    assertThatThrownBy(() -> identity(file, profile))
        .isInstanceOfSatisfying(
            VirtMoverException.class,
            failure -> assertThat(failure.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
        .message()
        .contains(message)
        .doesNotContain("hush");
  }

  private static void assertFails(S3Identity identity, FailureKind kind, String message) {
    assertThatThrownBy(() -> identity.credentials().resolveCredentials())
        .isInstanceOfSatisfying(
            VirtMoverException.class, failure -> assertThat(failure.kind()).isEqualTo(kind))
        .message()
        .contains(message)
        .doesNotContain("token-text");
  }
}
