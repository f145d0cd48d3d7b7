// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.http.Authorities;
import io.virtmover.http.HttpClients;
import io.virtmover.http.TlsContexts;
import io.virtmover.location.TlsTrust;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Wraps connections to a location's store in TLS, as the location says whom to trust. Set up by the
 * first connection that needs it.
 */
final class StoreTls implements TlsSocketStrategy {
  private final boolean trustsAll;
  private final Optional<X509ExtendedTrustManager> own;
  private @Nullable TlsSocketStrategy strategy;

  /**
   * For the server of a location.
   *
   * @throws VirtMoverException {@code INVALID_REQUEST} for certificates that cannot be read
   */
  StoreTls(TlsTrust trust) {
    this.trustsAll = trust.anyServer();
    this.own = trust.caPem().map(StoreTls::authorities);
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String target, int port, @Nullable Object attachment, HttpContext context)
      throws IOException {
    return strategy().upgrade(socket, target, port, attachment, context);
  }

  private synchronized TlsSocketStrategy strategy() {
    if (strategy == null) {
      strategy = trustsAll ? HttpClients.tlsWithAnyName(context()) : HttpClients.tls(context());
    }
    return strategy;
  }

  private SSLContext context() {
    return trustsAll
        ? TlsContexts.trustingAnybody()
        : own.<X509ExtendedTrustManager>map(EitherTrustManager::new)
            .map(TlsContexts::trusting)
            .orElseGet(TlsContexts::trustingTheSystem);
  }

  private static X509ExtendedTrustManager authorities(String pem) {
    try {
      return Authorities.of(pem.getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "The location's CA is not a PEM certificate: " + e.getMessage() + ".",
          e);
    }
  }
}
