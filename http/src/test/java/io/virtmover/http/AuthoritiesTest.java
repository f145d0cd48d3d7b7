// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.lab.pki.CertificateAuthority;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthoritiesTest {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----\n";
  private static final String END = "-----END CERTIFICATE-----\n";

  @Test
  void shouldTakeAllOfAFile() throws GeneralSecurityException {
    assertThat(Authorities.of(bytes(pem() + "\n" + pem())).getAcceptedIssuers()).hasSize(2);
    assertThat(Authorities.of(bytes("# from the lab\n" + pem())).getAcceptedIssuers()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", BEGIN + END, BEGIN + "AAAA\n" + END, BEGIN + "%\n" + END, "hello"})
  void shouldRefuseWhatHoldsNone(String text) {
    assertThatThrownBy(() -> Authorities.of(bytes(text))).isInstanceOf(CertificateException.class);
  }

  /** As Go does, so Velero: what is behind the last whole certificate is passed over. */
  @Test
  void shouldTakeTheWholeOnesOfAFileThatIsCut() throws GeneralSecurityException {
    var cut = pem() + pem().substring(0, 100);
    assertThat(Authorities.of(bytes(cut)).getAcceptedIssuers()).hasSize(1);
  }

  @Test
  void shouldReadTheSystems() throws GeneralSecurityException {
    assertThat(Authorities.ofTheSystem().getAcceptedIssuers()).isNotEmpty();
  }

  private static String pem() {
    return new CertificateAuthority("authority", Clock.systemUTC()).pem();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
