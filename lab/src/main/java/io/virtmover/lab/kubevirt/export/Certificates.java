// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.export;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.virtmover.lab.kubevirt.api.Owners;
import io.virtmover.lab.pki.CertificateAuthority;
import io.virtmover.lab.pki.IssuedCertificate;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The certificate of an exporter pod and the Secret that holds it. */
final class Certificates {
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
  private static final int RANDOM_LENGTH = 10;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final CertificateAuthority authority;

  Certificates(CertificateAuthority authority) {
    this.authority = authority;
  }

  String authorityPem() {
    return authority.pem();
  }

  IssuedCertificate issue(ExportSpec export) {
    return authority.issue(
        List.of(
            export.host(),
            export.host() + ".cluster.local",
            export.service() + "." + export.namespace()));
  }

  static String newSecretName() {
    return "secret-" + randomText(RANDOM_LENGTH);
  }

  static String randomText(int length) {
    return RANDOM
        .ints(length, 0, ALPHABET.length())
        .mapToObj(i -> ALPHABET.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  static Secret secret(String name, Pod owner, IssuedCertificate certificate) {
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(owner.getMetadata().getNamespace())
        .withName(name)
        .withOwnerReferences(
            Owners.controller(
                "v1", "Pod", owner.getMetadata().getName(), owner.getMetadata().getUid()))
        .endMetadata()
        .withType("kubernetes.io/tls")
        .withStringData(
            Map.of("tls.crt", certificate.certificatePem(), "tls.key", certificate.keyPem()))
        .build();
  }

  /** The certificate a secret holds. */
  static IssuedCertificate read(Secret secret) {
    return new IssuedCertificate(text(secret, "tls.crt"), text(secret, "tls.key"));
  }

  private static String text(Secret secret, String key) {
    var data = secret.getData() == null ? null : secret.getData().get(key);
    return data == null ? "" : new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
  }
}
