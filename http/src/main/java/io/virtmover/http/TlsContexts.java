// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.hc.client5.http.ssl.TrustAllStrategy;
import org.apache.hc.core5.ssl.SSLContexts;

/** TLS contexts of clients, by whom they trust. None shows a certificate of its own. */
public final class TlsContexts {
  private TlsContexts() {}

  /** Trusts those for whom these authorities vouch. */
  public static SSLContext trusting(X509ExtendedTrustManager authorities) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {authorities}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Trusts those for whom the system's authorities vouch. */
  public static SSLContext trustingTheSystem() {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Trusts whatever a server shows. */
  public static SSLContext trustingAnybody() {
    try {
      return SSLContexts.custom().loadTrustMaterial(TrustAllStrategy.INSTANCE).build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
