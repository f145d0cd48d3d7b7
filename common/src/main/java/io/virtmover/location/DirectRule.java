// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/** An entry of NO_PROXY: what is reached without the proxy. */
sealed interface DirectRule {
  /** A server that is to be reached; {@code address} where the host is one. */
  record Server(String host, int port, Optional<InetAddress> address) {}

  boolean covers(Server server);

  /** {@code *}. */
  record Everything() implements DirectRule {
    @Override
    public boolean covers(Server server) {
      return true;
    }
  }

  /** {@code 172.30.0.0/16}, {@code fd00::/8}. */
  record Network(InetAddress network, int bits) implements DirectRule {
    @Override
    public boolean covers(Server server) {
      return server.address().filter(this::holds).isPresent();
    }

    private boolean holds(InetAddress address) {
      var left = network.getAddress();
      var right = address.getAddress();
      if (left.length != right.length) {
        return false;
      }
      for (var bit = 0; bit < bits; bit++) {
        var mask = 0x80 >> bit % 8;
        if ((left[bit / 8] & mask) != (right[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  /** {@code 10.0.0.1}, {@code 10.0.0.1:9000}, {@code [fd00::1]:9000}. */
  record Address(InetAddress address, OptionalInt port) implements DirectRule {
    @Override
    public boolean covers(Server server) {
      return server.address().filter(address::equals).isPresent() && isFor(port, server);
    }
  }

  /**
   * {@code example.com} covers itself and what is below it; {@code .example.com} and {@code
   * *.example.com} only what is below it.
   */
  record Domain(String name, boolean itself, OptionalInt port) implements DirectRule {
    @Override
    public boolean covers(Server server) {
      return server.address().isEmpty()
          && (server.host().endsWith("." + name) || (itself && server.host().equals(name)))
          && isFor(port, server);
    }
  }

  private static boolean isFor(OptionalInt port, Server server) {
    return port.isEmpty() || port.getAsInt() == server.port();
  }
}
