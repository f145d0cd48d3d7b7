// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.pki;

import static io.virtmover.lab.pki.Der.bits;
import static io.virtmover.lab.pki.Der.bool;
import static io.virtmover.lab.pki.Der.integer;
import static io.virtmover.lab.pki.Der.octets;
import static io.virtmover.lab.pki.Der.oid;
import static io.virtmover.lab.pki.Der.sequence;
import static io.virtmover.lab.pki.Der.set;
import static io.virtmover.lab.pki.Der.tagged;
import static io.virtmover.lab.pki.Der.time;
import static io.virtmover.lab.pki.Der.utf8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Issues server certificates. Each instance is an authority of its own, valid for a year; what it
 * issues is valid for a day, as KubeVirt's export certificates are.
 */
public final class CertificateAuthority {
  /** How long an issued certificate is valid. */
  public static final Duration LIFETIME = Duration.ofHours(24);

  private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(365);
  private static final byte[] ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
  private static final byte[] MAY_SIGN = bits(new byte[] {0x06}, 1);
  private static final byte[] MAY_SERVE = bits(new byte[] {(byte) 0x80}, 7);

  private final SecureRandom random = new SecureRandom();
  private final Clock clock;
  private final String name;
  private final KeyPair keys;
  private final String pem;

  /** Makes a new authority. */
  public CertificateAuthority(String name, Clock clock) {
    this.name = name;
    this.clock = clock;
    this.keys = newKeys();
    this.pem =
        certificate(
            name,
            keys.getPublic(),
            AUTHORITY_LIFETIME,
            extension("2.5.29.19", sequence(bool(true))),
            extension("2.5.29.15", MAY_SIGN));
  }

  /** The authority's own certificate. */
  public String pem() {
    return pem;
  }

  /** Issues a certificate for host names and IP addresses. */
  public IssuedCertificate issue(List<String> hosts) {
    var own = newKeys();
    return new IssuedCertificate(
        serverCertificate(hosts, own.getPublic(), LIFETIME),
        Pem.of("PRIVATE KEY", own.getPrivate().getEncoded()));
  }

  /** A TLS context that serves with a certificate for these hosts. */
  public SSLContext serverContext(List<String> hosts) {
    var own = newKeys();
    try {
      return context(
          serverCertificate(hosts, own.getPublic(), AUTHORITY_LIFETIME), own.getPrivate());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot make a TLS context", e);
    }
  }

  private String serverCertificate(List<String> hosts, PublicKey key, Duration lifetime) {
    var names =
        sequence(hosts.stream().map(CertificateAuthority::generalName).toArray(byte[][]::new));
    return certificate(
        hosts.getFirst(),
        key,
        lifetime,
        extension("2.5.29.15", MAY_SERVE),
        extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1"))),
        extension("2.5.29.17", names));
  }

  private static SSLContext context(String certificate, PrivateKey key)
      throws GeneralSecurityException, IOException {
    var chain =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(certificate.getBytes(StandardCharsets.US_ASCII)))
            .toArray(new java.security.cert.Certificate[0]);
    var password = new char[0];
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, password);
    store.setKeyEntry("server", key, password, chain);
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, password);
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }

  private String certificate(
      String subject, PublicKey key, Duration lifetime, byte[]... extensions) {
    var body =
        sequence(
            tagged(0xa0, integer(BigInteger.TWO)),
            integer(new BigInteger(120, random).add(BigInteger.ONE)),
            ECDSA_WITH_SHA256,
            commonName(name),
            sequence(time(now().minus(Duration.ofMinutes(5))), time(now().plus(lifetime))),
            commonName(subject),
            key.getEncoded(),
            tagged(0xa3, sequence(extensions)));
    return Pem.of("CERTIFICATE", sequence(body, ECDSA_WITH_SHA256, bits(sign(body), 0)));
  }

  private byte[] sign(byte[] body) {
    try {
      var signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(body);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot sign a certificate", e);
    }
  }

  private Instant now() {
    return clock.instant();
  }

  private static byte[] commonName(String text) {
    return sequence(set(sequence(oid("2.5.4.3"), utf8(text))));
  }

  private static byte[] extension(String id, byte[] content) {
    return sequence(oid(id), bool(true), octets(content));
  }

  private static byte[] generalName(String host) {
    if (!host.matches("[0-9.]+|.*:.*")) {
      return tagged(0x82, host.getBytes(StandardCharsets.US_ASCII));
    }
    try {
      return tagged(0x87, InetAddress.getByName(host).getAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KeyPair newKeys() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no ECDSA keys", e);
    }
  }
}
