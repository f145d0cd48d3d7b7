// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** A request that ended without a whole answer, for a reason that may pass. */
final class Broken extends Exception {
  Broken(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Sorts a client's failure.
   *
   * @throws VirtMoverException {@code ACCESS_DENIED} for a certificate that is not trusted, which
   *     does not pass by itself
   */
  static Broken because(String url, Throwable cause) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof VirtMoverException failure) {
        throw failure;
      }
      if (at instanceof SSLHandshakeException || isCertificateProblem(at)) {
        throw new VirtMoverException(
            FailureKind.ACCESS_DENIED,
            "The certificate of %s is not accepted: %s. Pass the export's CA (status.endpointCert) with"
                    .formatted(url, at.getMessage())
                + " --export-ca and use the host name of the endpoint.",
            cause);
      }
    }
    return new Broken(describe(cause), cause);
  }

  private static boolean isCertificateProblem(Throwable failure) {
    return failure instanceof SSLException && String.valueOf(failure.getMessage()).contains("PKIX");
  }

  private static String describe(Throwable failure) {
    var message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
