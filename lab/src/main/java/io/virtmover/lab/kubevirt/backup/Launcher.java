// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.backup;

import io.virtmover.lab.kubevirt.SubresourceException;
import java.util.Map;

/** How KubeVirt words a refusal on its way from the launcher to the controller. */
final class Launcher {
  private static final Map<Integer, String> STATUS =
      Map.of(
          400, "Bad Request",
          404, "Not Found",
          409, "Conflict",
          422, "Unprocessable Entity",
          500, "Internal Server Error",
          503, "Service Unavailable");

  private Launcher() {}

  static String wrapped(SubresourceException refusal) {
    var status = refusal.status();
    return "Internal error occurred: unexpected return code %1$d (%1$d %2$s), message: %3$s"
        .formatted(status, STATUS.getOrDefault(status, "Error"), refusal.getMessage());
  }
}
