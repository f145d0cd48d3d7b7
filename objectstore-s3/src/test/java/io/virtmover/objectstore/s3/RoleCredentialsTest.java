// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.Credentials.WebIdentity;
import io.virtmover.location.ProxyRules;
import io.virtmover.location.TlsTrust;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a role is not taken on. */
class RoleCredentialsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "400, InvalidIdentityToken, ACCESS_DENIED, answered 400 InvalidIdentityToken.",
    "403, AccessDenied,         ACCESS_DENIED, answered 403 AccessDenied.",
    "500, InternalFailure,      UNAVAILABLE,   answered 500 InternalFailure.",
  })
  void shouldTellARefusalFromAServiceThatFails(
      int status, String code, FailureKind kind, String words) throws IOException {
    try (var sts = new WireRecorder(status, refusal(code))) {
      assertFails(sts.address(), token(), kind, words);
    }
  }

  @Test
  void shouldSayThatNobodyAnswers() throws IOException {
    // given
    URI nobody;
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + closed.getLocalPort());
    }

    // then
    assertFails(nobody, token(), FailureKind.UNAVAILABLE, "does not answer");
  }

  @Test
  void shouldAskNobodyWithoutAToken() {
    try (var sts = new WireRecorder(500, "")) {
      for (var token : new Path[] {folder, folder.resolve("none")}) {
        assertFails(
            sts.address(), token, FailureKind.INVALID_REQUEST, "cannot read its token file");
      }
      assertThat(sts.seen()).isEmpty();
    }
  }

  private static String refusal(String code) {
    return """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>
          <Type>Sender</Type><Code>%s</Code><Message>hush</Message>
        </Error></ErrorResponse>
        """
        .formatted(code);
  }

  private Path token() throws IOException {
    return Files.writeString(folder.resolve("token"), "token-text");
  }

  private static void assertFails(URI service, Path token, FailureKind kind, String words) {
    var role = new WebIdentity("arn:aws:iam::1:role/r", token, Optional.of("mine"));
    try (var http =
        new StoreHttpClient(
            1,
            new StoreTls(TlsTrust.SYSTEM),
            Stores.CALM.idle(),
            Stores.CALM.idle(),
            ProxyRules.none())) {
      var credentials = new RoleCredentials(role, "r-1", Optional.of(service), http);
      assertThatThrownBy(credentials::resolveCredentials)
          .isInstanceOfSatisfying(
              VirtMoverException.class, failure -> assertThat(failure.kind()).isEqualTo(kind))
          .message()
          .startsWith("The role arn:aws:iam::1:role/r cannot be taken on: ")
          .contains(words)
          .doesNotContain("token-text", "hush");
    }
  }
}
