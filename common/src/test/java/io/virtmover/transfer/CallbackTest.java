// SPDX-License-Identifier: Apache-2.0
package io.virtmover.transfer;

import static io.virtmover.failure.Failures.assertFails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.failure.FailureKind;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackTest {
  @ParameterizedTest
  @CsvSource({
    "https://c.velero.svc:8443,   https://c.velero.svc:8443/api/movers/du-1.a_B/",
    "https://c.velero.svc:8443//, https://c.velero.svc:8443/api/movers/du-1.a_B/",
    "HTTPS://c/behind/,           HTTPS://c/behind/api/movers/du-1.a_B/",
    "https://[::1]:8443,          https://[::1]:8443/api/movers/du-1.a_B/"
  })
  void anAttempt_hasAddressesOfItsOwn(String address, String own) {
    // given
    var callback = callback(address);

    // then
    assertThat(callback.progressOf("du-1.a_B")).hasToString(own + "progress");
    assertThat(callback.resultOf("du-1.a_B")).hasToString(own + "result");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "http://u:hush@c/         | 'http://c/' is not an https address",
        "c.velero.svc:8443        | 'c.velero.svc:8443' is not an https address",
        "https:c                  | 'https:c' names no host",
        "https:///api             | 'https:///api' names no host",
        "https://u:hush@c         | 'https://c' is given with a login",
        "https://c?token=hush     | 'https://c' is given with a login, a query",
        "https://c#hush           | 'https://c' is given with a login, a query or a fragment",
        "https://u:hu sh@c        | 'https://c' is not an address",
      })
  void anAddressThatNothingCanBePostedTo_isRefusedWithoutItsSecrets(
      String address, String message) {
    assertFails(() -> callback(address), FailureKind.INVALID_REQUEST, message);
    assertThatThrownBy(() -> callback(address)).message().doesNotContain("hush", "hu sh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../list", "a/b", "a b", "a?b", "a%2fb", "-a", "é", "a\n"})
  void anIdThatLeadsElsewhere_isRefused(String id) {
    assertFails(
        () -> callback("https://c").progressOf(id),
        FailureKind.INVALID_REQUEST,
        "The id of an attempt begins with a letter or a digit");
  }

  @Test
  void theFiles_areKept() {
    assertThat(callback("https://c").ca()).isEqualTo(Path.of("/ca.pem"));
    assertThat(callback("https://c").token()).isEqualTo(Path.of("/token"));
  }

  private static Callback callback(String address) {
    return Callback.of(address, Path.of("/ca.pem"), Path.of("/token"));
  }
}
