// SPDX-License-Identifier: Apache-2.0
package io.virtmover.http;

import java.io.IOException;

/** A proxy that was to lead to a server answered itself, so that the server was never reached. */
public final class ProxyRefused extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  ProxyRefused(int status, String reason) {
    super("the proxy does not let it be reached: %d %s".formatted(status, reason).strip());
    this.status = status;
  }

  /** The proxy's HTTP status. */
  public int status() {
    return status;
  }
}
