// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.VirtMoverException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Authorities that are read again where they do not vouch for a server: KubeVirt renews the
 * authority of its exports, also while a long backup runs. Thread-safe.
 */
final class RenewedAuthorities extends X509ExtendedTrustManager {
  @FunctionalInterface
  private interface Check {
    void by(X509ExtendedTrustManager authorities) throws CertificateException;
  }

  private final Supplier<X509ExtendedTrustManager> reading;
  private volatile X509ExtendedTrustManager current;

  /**
   * @param reading throws {@link VirtMoverException} where there is nothing to be read
   */
  RenewedAuthorities(Supplier<X509ExtendedTrustManager> reading) {
    this.reading = reading;
    this.current = reading.get();
  }

  private void check(Check check) throws CertificateException {
    try {
      check.by(current);
    } catch (CertificateException e) {
      check.by(renewed(e));
    }
  }

  private X509ExtendedTrustManager renewed(CertificateException distrust)
      throws CertificateException {
    try {
      var renewed = reading.get();
      current = renewed;
      return renewed;
    } catch (VirtMoverException e) {
      distrust.addSuppressed(e);
      throw distrust;
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(authorities -> authorities.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(authorities -> authorities.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(authorities -> authorities.checkServerTrusted(chain, type));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(authorities -> authorities.checkClientTrusted(chain, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(authorities -> authorities.checkClientTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(authorities -> authorities.checkClientTrusted(chain, type));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return current.getAcceptedIssuers();
  }
}
