// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import java.util.Optional;

/** An http proxy, with the name and the password it wants, if any. The text form shows neither. */
public record ProxyServer(String host, int port, Optional<Login> login) {
  /** What a proxy is told with Basic authentication. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return "Login[not shown]";
    }
  }
}
