// SPDX-License-Identifier: Apache-2.0
package io.virtmover.failure;

import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a certificate that is not trusted, which does not pass by itself, from a connection that
 * broke while TLS was being negotiated, which does.
 */
public final class Distrust {
  private Distrust() {}

  /**
   * Whether this very exception is about the other side's certificate; its causes are not asked.
   */
  public static boolean isMeantBy(@Nullable Throwable failure) {
    return failure instanceof CertificateException
        || failure instanceof CertPathValidatorException
        || failure instanceof SSLPeerUnverifiedException
        || (failure instanceof SSLException
            && String.valueOf(failure.getMessage()).contains("PKIX"));
  }
}
