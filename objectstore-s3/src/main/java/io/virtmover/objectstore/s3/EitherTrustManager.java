// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.http.Authorities;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts a server for which the location's authorities or the system's vouch. The system's are many
 * and are read only when the others do not know the server.
 */
final class EitherTrustManager extends X509ExtendedTrustManager {
  private interface Check {
    void by(X509ExtendedTrustManager authorities) throws CertificateException;
  }

  @FunctionalInterface
  interface Reader {
    X509ExtendedTrustManager read() throws GeneralSecurityException;
  }

  private final X509ExtendedTrustManager own;
  private final Reader systems;
  private @Nullable X509ExtendedTrustManager system;

  EitherTrustManager(X509ExtendedTrustManager own) {
    this(own, Authorities::ofTheSystem);
  }

  EitherTrustManager(X509ExtendedTrustManager own, Reader systems) {
    this.own = own;
    this.systems = systems;
  }

  private void check(Check server) throws CertificateException {
    try {
      server.by(own);
    } catch (CertificateException byOwn) {
      try {
        server.by(system());
      } catch (CertificateException bySystem) {
        throw isOfStrangers(byOwn) && !isOfStrangers(bySystem) ? bySystem : byOwn;
      } catch (GeneralSecurityException noSystem) {
        byOwn.addSuppressed(noSystem);
        throw byOwn;
      }
    }
  }

  /** Read once: every connection asks where the location's authorities do not know the server. */
  private synchronized X509ExtendedTrustManager system() throws GeneralSecurityException {
    if (system == null) {
      system = systems.read();
    }
    return system;
  }

  /** Nobody who is asked has signed it: says less than any other reason. */
  private static boolean isOfStrangers(CertificateException refusal) {
    return refusal.getCause() instanceof CertPathBuilderException;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(authorities -> authorities.checkServerTrusted(chain, type));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
      throws CertificateException {
    check(authorities -> authorities.checkServerTrusted(chain, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    check(authorities -> authorities.checkServerTrusted(chain, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw noServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable Socket socket)
      throws CertificateException {
    throw noServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, @Nullable SSLEngine engine)
      throws CertificateException {
    throw noServer();
  }

  private static CertificateException noServer() {
    return new CertificateException("clients are not expected here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
