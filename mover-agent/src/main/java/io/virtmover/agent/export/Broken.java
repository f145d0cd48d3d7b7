// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.Distrust;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
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
      if (Distrust.isMeantBy(at)) {
        throw new VirtMoverException(
            FailureKind.ACCESS_DENIED,
            "The certificate of %s is not accepted: %s. Pass the export's CA (status.endpointCert) with"
                    .formatted(url, plain(at))
                + " --export-ca and use the host name of the endpoint.",
            cause);
      }
    }
    return new Broken(describe(cause), cause);
  }

  /** The message without the names of Java classes in it. */
  private static String plain(Throwable failure) {
    return describe(failure).replaceAll("[\\w.$]+Exception: ", "");
  }

  private static String describe(Throwable failure) {
    var message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
