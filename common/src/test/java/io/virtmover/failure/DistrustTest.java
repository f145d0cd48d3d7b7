// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DistrustTest {
  static Stream<Exception> ofCertificates() {
    return Stream.of(
        new CertificateException("no name matches"),
        new CertificateExpiredException(),
        new CertPathValidatorException("validity check failed"),
        new SSLPeerUnverifiedException("not for this name"),
        new SSLHandshakeException("(certificate_unknown) PKIX path building failed"));
  }

  @ParameterizedTest
  @MethodSource("ofCertificates")
  void whatIsAboutTheCertificate_doesNotPassByItself(Exception failure) {
    assertThat(Distrust.isMeantBy(failure)).isTrue();
  }

  static Stream<Exception> ofConnections() {
    return Stream.of(
        new SSLHandshakeException("Remote host terminated the handshake"),
        new SSLException("Unsupported or unrecognized SSL message"),
        new SSLException((String) null),
        new SocketException("Connection reset"),
        new IOException("PKIX"),
        new IOException(new CertificateException()));
  }

  @ParameterizedTest
  @MethodSource("ofConnections")
  void whatIsAboutTheConnection_mayPass_andCausesAreNotAsked(Exception failure) {
    assertThat(Distrust.isMeantBy(failure)).isFalse();
  }

  @Test
  void noFailure_meansNoDistrust() {
    assertThat(Distrust.isMeantBy(null)).isFalse();
  }
}
