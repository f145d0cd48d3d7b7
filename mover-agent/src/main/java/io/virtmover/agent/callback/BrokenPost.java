// SPDX-License-Identifier: Apache-2.0
package io.virtmover.agent.callback;

import io.virtmover.failure.Distrust;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Why a post came to nothing, in words of our own: those of the client could repeat anything. */
final class BrokenPost {
  private BrokenPost() {}

  static String why(IOException failure, Path ca) {
    return causes(failure).anyMatch(Distrust::isMeantBy)
        ? "%s does not vouch for its certificate".formatted(ca)
        : causes(failure)
            .flatMap(at -> known(at).stream())
            .findFirst()
            .orElse("the connection broke");
  }

  private static Stream<Throwable> causes(IOException failure) {
    return Stream.iterate((Throwable) failure, at -> at != null, Throwable::getCause);
  }

  private static Optional<String> known(Throwable failure) {
    return switch (failure) {
      case UnknownHostException _ -> Optional.of("its name is not known here");
      case SocketTimeoutException _ -> Optional.of("it did not answer in time");
      case ConnectException _ -> Optional.of("it cannot be connected to");
      case SSLException _ -> Optional.of("TLS did not come about");
      default -> Optional.empty();
    };
  }
}
