// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.virtmover.http.Authorities;
import io.virtmover.lab.pki.CertificateAuthority;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStoreException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;

/** The location's authorities, then the system's; a second authority stands in for those. */
class EitherTrustManagerTest {
  private static final Clock NOW = Clock.systemUTC();
  private static final Clock LAST_WEEK = Clock.offset(NOW, Duration.ofDays(-7));

  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();

  @Test
  void shouldTrustWhomEitherTrusts() throws GeneralSecurityException {
    // given
    var own = authority(NOW);
    var system = authority(NOW);
    var either = either(own, system);

    // then
    either.checkServerTrusted(server(own), "ECDHE_ECDSA");
    assertThat(reads).as("the system's are not needed").hasValue(0);
    either.checkServerTrusted(server(system), "ECDHE_ECDSA");
    either.checkServerTrusted(server(system), "ECDHE_ECDSA");
    assertThat(reads).as("the system's are read once").hasValue(1);
  }

  @Test
  void shouldSayTheReasonThatSaysMost() throws GeneralSecurityException {
    // given
    var own = authority(LAST_WEEK);
    var system = authority(LAST_WEEK);
    var either = either(own, system);

    // then
    assertThatThrownBy(() -> either.checkServerTrusted(server(authority(NOW)), "ECDHE_ECDSA"))
        .as("neither knows it")
        .hasCauseInstanceOf(CertPathBuilderException.class);
    for (var known : List.of(own, system)) {
      assertThatThrownBy(() -> either.checkServerTrusted(server(known), "ECDHE_ECDSA"))
          .as("one knows it, and it is out of date")
          .hasRootCauseInstanceOf(CertificateExpiredException.class);
    }
  }

  @Test
  void shouldDoWithoutTheSystemsAuthorities() throws GeneralSecurityException {
    // given
    var own = authority(NOW);
    var either =
        new EitherTrustManager(
            authorities(own),
            () -> {
              throw new KeyStoreException("no system");
            });

    // then
    either.checkServerTrusted(server(own), "ECDHE_ECDSA");
    assertThatThrownBy(() -> either.checkServerTrusted(server(authority(NOW)), "ECDHE_ECDSA"))
        .hasCauseInstanceOf(CertPathBuilderException.class)
        .satisfies(
            e -> assertThat(e.getSuppressed()).hasOnlyElementsOfType(KeyStoreException.class));
  }

  @Test
  void shouldTrustNoClient() throws GeneralSecurityException {
    var own = authority(NOW);
    assertThatThrownBy(() -> either(own, own).checkClientTrusted(server(own), "ECDHE_ECDSA"))
        .hasMessage("clients are not expected here");
  }

  private EitherTrustManager either(CertificateAuthority own, CertificateAuthority system)
      throws GeneralSecurityException {
    return new EitherTrustManager(
        authorities(own),
        () -> {
          reads.incrementAndGet();
          return authorities(system);
        });
  }

  /** With a name of its own: by that a chain is put together. */
  private CertificateAuthority authority(Clock clock) {
    return new CertificateAuthority("authority " + made.incrementAndGet(), clock);
  }

  private static X509ExtendedTrustManager authorities(CertificateAuthority authority)
      throws GeneralSecurityException {
    return Authorities.of(authority.pem().getBytes(StandardCharsets.US_ASCII));
  }

  private static X509Certificate[] server(CertificateAuthority authority)
      throws GeneralSecurityException {
    var pem = authority.issue(List.of("localhost")).certificatePem();
    return new X509Certificate[] {
      (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
    };
  }
}
