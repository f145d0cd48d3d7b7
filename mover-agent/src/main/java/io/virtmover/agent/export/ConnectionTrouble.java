// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.export;

import io.virtmover.failure.Distrust;
import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What a failure of the HTTP client means. */
final class ConnectionTrouble {
  /** A proxy's 4xx to CONNECT; 407 comes as an answer, 5xx passes. */
  private static final Pattern TUNNEL_REFUSED = Pattern.compile("Tunnel failed, got: 4\\d\\d");

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
      if (at instanceof UnresolvedAddressException || at instanceof UnknownHostException) {
        return Trouble.outage("its name is not known here", failure);
      }
    }
    return switch (failure) {
      case HttpTimeoutException _ -> Trouble.outage("no connection came about in time", failure);
      case ConnectException _ ->
          Trouble.outage(words(failure, "the connection was refused"), failure);
      case SSLException noTls when words(noTls, "").contains("nrecognized SSL message") ->
          new Trouble(
              Trouble.Passing.STRANGER,
              FailureKind.INVALID_REQUEST,
              "it does not speak TLS",
              "Check the port.",
              failure);
      case IOException refused when TUNNEL_REFUSED.matcher(words(refused, "")).find() ->
          new Trouble(
              Trouble.Passing.STRANGER,
              FailureKind.ACCESS_DENIED,
              "the proxy does not let it be reached: " + words(refused, ""),
              "Exporters inside the Kubernetes cluster belong into NO_PROXY.",
              failure);
      case IOException _ -> Trouble.outage(words(failure, "the connection broke"), failure);
      case RuntimeException unexpected -> throw unexpected;
      default -> throw new IllegalStateException(failure);
    };
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
