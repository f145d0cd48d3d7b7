// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** How go-plugin's host and a plugin find that they mean each other. */
final class Handshake {
  private static final String COOKIE = "VELERO_PLUGIN";
  private static final String COOKIE_VALUE = "hello";
  private static final String VERSIONS = "PLUGIN_PROTOCOL_VERSIONS";
  private static final String CLIENT_CERTIFICATE = "PLUGIN_CLIENT_CERT";
  private static final String CORE_VERSION = "1";
  private static final String APP_VERSION = "2";

  private Handshake() {}

  /** Why the process that started us is no host that we can serve; in words for people. */
  static Optional<String> objection(Map<String, String> environment) {
    if (!COOKIE_VALUE.equals(environment.get(COOKIE))) {
      return Optional.of(
          """
          This is VirtMover's plugin for Velero. Velero's server starts it by itself; it is of no use by hand.
          To install it:  velero plugin add IMAGE   (or, with OADP, customPlugins in the DataProtectionApplication)
          To see whether Velero has it:  velero plugin get""");
    }
    var versions = environment.get(VERSIONS);
    if (versions != null && !Arrays.asList(versions.split(",")).contains(APP_VERSION)) {
      return Optional.of(
          "VirtMover's plugin speaks version %s of Velero's plugin protocol; this Velero wants %s. Install a release of VirtMover for this Velero."
              .formatted(APP_VERSION, versions));
    }
    if (!environment.getOrDefault(CLIENT_CERTIFICATE, "").isEmpty()) {
      return Optional.of(
          "VirtMover's plugin cannot encrypt what it says to its host, and this host wants that (%s is set). No Velero up to 1.18 does."
              .formatted(CLIENT_CERTIFICATE));
    }
    return Optional.empty();
  }

  /** The line that tells the host where we listen; the last field is a certificate, and empty. */
  static String line(int port) {
    return "%s|%s|tcp|127.0.0.1:%d|grpc|".formatted(CORE_VERSION, APP_VERSION, port);
  }
}
