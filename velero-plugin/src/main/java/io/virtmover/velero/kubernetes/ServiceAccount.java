// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.kubernetes;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * How a pod reaches the API server: where it is, whom to trust, and who we are.
 *
 * @param address {@code https://HOST:PORT}
 */
record ServiceAccount(URI address, Path authority, Path token) {
  private static final String FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

  /** Another folder for the files, outside of a pod. */
  private static final String OTHER_FOLDER = "VIRTMOVER_SERVICE_ACCOUNT";

  static ServiceAccount of(Map<String, String> environment) {
    var host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    var port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    if (host.isEmpty()) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST,
          "VirtMover's plugin finds no API server: KUBERNETES_SERVICE_HOST is not set. It runs in Velero's pod only.");
    }
    var folder = Path.of(environment.getOrDefault(OTHER_FOLDER, FOLDER));
    return new ServiceAccount(
        URI.create("https://%s:%s".formatted(host.contains(":") ? "[" + host + "]" : host, port)),
        folder.resolve("ca.crt"),
        folder.resolve("token"));
  }

  /** The token as it is now: it is renewed on the disk. */
  String currentToken() {
    try {
      return Files.readString(token).strip();
    } catch (IOException e) {
      throw unreadable(token, e);
    }
  }

  static VirtMoverException unreadable(Path file, Exception e) {
    return new VirtMoverException(
        FailureKind.ACCESS_DENIED,
        "%s of Velero's service account cannot be read (%s); is automountServiceAccountToken off?"
            .formatted(file, e),
        e);
  }
}
