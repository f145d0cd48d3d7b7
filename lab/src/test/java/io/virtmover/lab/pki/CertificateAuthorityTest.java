// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.pki;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
  @Test
  void shouldIssueWhatAValidatorAccepts() throws GeneralSecurityException {
    // given
    var authority = new CertificateAuthority("test", Clock.systemUTC());

    // when
    var issued = authority.issue(List.of("virt-export-b1.ns.svc", "127.0.0.1"));

    // then
    var certificate = read(issued.certificatePem());
    var factory = CertificateFactory.getInstance("X.509");
    var parameters = new PKIXParameters(Set.of(new TrustAnchor(read(authority.pem()), null)));
    parameters.setRevocationEnabled(false);
    var path = factory.generateCertPath(List.of(certificate));
    assertThat(CertPathValidator.getInstance("PKIX").validate(path, parameters)).isNotNull();
    assertThat(certificate.getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(List.of(2, "virt-export-b1.ns.svc"), List.of(7, "127.0.0.1"));
    assertThat(isPair(certificate, issued.keyPem())).isTrue();
  }

  private static boolean isPair(X509Certificate certificate, String keyPem)
      throws GeneralSecurityException {
    var der = Base64.getMimeDecoder().decode(keyPem.replaceAll("-----[A-Z ]+-----", ""));
    var key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    var signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    var signed = signature.sign();
    signature.initVerify(certificate);
    return signature.verify(signed);
  }

  private static X509Certificate read(String pem) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }
}
