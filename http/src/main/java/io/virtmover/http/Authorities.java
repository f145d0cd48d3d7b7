// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom a TLS client trusts. */
public final class Authorities {
  private Authorities() {}

  /**
   * The authorities of a PEM file and no others.
   *
   * @throws CertificateException if there is no certificate in it, or one that cannot be read
   */
  public static X509ExtendedTrustManager of(byte[] pem) throws GeneralSecurityException {
    var certificates =
        CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
    if (certificates.isEmpty()) {
      throw new CertificateException("it holds no certificate");
    }
    var store = emptyStore();
    var number = 0;
    for (var certificate : certificates) {
      store.setCertificateEntry("ca-" + number++, certificate);
    }
    return trusting(store);
  }

  /** The system's authorities; reads them each time. */
  public static X509ExtendedTrustManager ofTheSystem() throws GeneralSecurityException {
    return trusting(null);
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509ExtendedTrustManager trusting(@Nullable KeyStore store)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow(() -> new CertificateException("no trust manager for X.509"));
  }
}
