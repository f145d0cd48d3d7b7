// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.Distrust;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.http.ProxyRefused;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** What a failure of the HTTP client means. */
final class ConnectionTrouble {
  private static final int SERVER_ERROR = 500;

  private ConnectionTrouble() {}

  /**
   * Sorts a client's failure. What no network can cause is thrown on: an {@link Error} too, which
   * asking again would only hide.
   */
  static Trouble of(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof VirtMoverException known) {
        throw known;
      }
      if (at instanceof Error error) {
        throw error;
      }
      if (Distrust.isMeantBy(at)) {
        return distrusted(at, failure);
      }
      if (at instanceof ProxyRefused refused) {
        return refusedTunnel(refused);
      }
      if (at instanceof UnknownHostException) {
        return Trouble.outage("its name is not known here", failure);
      }
    }
    return switch (failure) {
      case SocketTimeoutException _ -> Trouble.outage("no connection came about in time", failure);
      case ConnectException _ ->
          Trouble.outage(
              words(Objects.requireNonNullElse(failure.getCause(), failure), "it was refused"),
              failure);
      // The JDK has no type for it.
      case SSLException noTls when words(noTls, "").contains("nrecognized SSL message") ->
          new Trouble(
              Trouble.Passing.STRANGER,
              FailureKind.INVALID_REQUEST,
              "it does not speak TLS",
              "Check the port.",
              failure);
      case IOException _ -> Trouble.outage(words(failure, "the connection broke"), failure);
      case RuntimeException unexpected -> throw unexpected;
      default -> throw new IllegalStateException(failure);
    };
  }

  /** A proxy's answer to CONNECT. */
  private static Trouble refusedTunnel(ProxyRefused refused) {
    if (refused.status() == Answer.PROXY_LOGIN) {
      return Answer.of(refused.status(), _ -> Optional.empty(), "").trouble("");
    }
    return refused.status() < SERVER_ERROR
        ? new Trouble(
            Trouble.Passing.STRANGER,
            FailureKind.ACCESS_DENIED,
            words(refused, ""),
            "Exporters inside the Kubernetes cluster belong into NO_PROXY.",
            refused)
        : Trouble.outage(words(refused, ""), refused);
  }

  private static Trouble distrusted(Throwable why, Throwable failure) {
    return new Trouble(
        Trouble.Passing.STRANGER,
        FailureKind.ACCESS_DENIED,
        "its certificate is not accepted: " + words(why, "it is not trusted"),
        "Pass the export's CA (status.endpointCert) with --export-ca and use the host name of the"
            + " endpoint.",
        failure);
  }

  /** The message without the names of Java classes in it. */
  static String words(Throwable failure, String otherwise) {
    var message = failure.getMessage();
    return message == null || message.isBlank()
        ? otherwise
        : message.replaceAll("[\\w.$]+(Exception|Error): ", "");
  }
}
