// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import io.virtmover.location.DirectRule.Server;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which proxy leads to a server: the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY (or in small
 * letters) as Go reads them, so as Velero reads them in the next pod. This machine itself
 * (localhost, 127.0.0.0/8, ::1) is never reached through a proxy.
 */
public final class ProxyRules {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final Optional<ProxyVariable> http;
  private final Optional<ProxyVariable> https;
  private final List<DirectRule> direct;

  private ProxyRules(
      Optional<ProxyVariable> http, Optional<ProxyVariable> https, List<DirectRule> direct) {
    this.http = http;
    this.https = https;
    this.direct = direct;
  }

  /** The rules of an environment. */
  public static ProxyRules of(Map<String, String> environment) {
    return new ProxyRules(
        variable(environment, "HTTP_PROXY"),
        variable(environment, "HTTPS_PROXY"),
        DirectRules.parse(variable(environment, "NO_PROXY").map(ProxyVariable::text).orElse("")));
  }

  /** Everything is reached directly. */
  public static ProxyRules none() {
    return of(Map.of());
  }

  /** The rules of this process's environment. */
  public static ProxyRules ofEnvironment() {
    return of(System.getenv());
  }

  private static Optional<ProxyVariable> variable(Map<String, String> environment, String name) {
    return Stream.of(name, name.toLowerCase(Locale.ROOT))
        .map(
            spelling -> new ProxyVariable(spelling, environment.getOrDefault(spelling, "").strip()))
        .filter(found -> !found.text().isEmpty())
        .findFirst();
  }

  /**
   * The proxy to a server; empty: it is reached directly.
   *
   * @param scheme {@code http} or {@code https}
   * @param host a name or an address, in brackets or not
   * @param port negative: the scheme's own
   * @throws VirtMoverException {@code INVALID_REQUEST} if the variable that applies is not the
   *     address of an http proxy
   */
  public Optional<ProxyServer> proxyFor(String scheme, String host, int port) {
    var encrypted = scheme.equalsIgnoreCase("https");
    var variable = encrypted ? https : http;
    var name = DirectRules.host(host);
    var address = DirectRules.address(name);
    var server = new Server(name, port < 0 ? (encrypted ? HTTPS_PORT : HTTP_PORT) : port, address);
    var here =
        name.equals("localhost") || address.filter(InetAddress::isLoopbackAddress).isPresent();
    return here || direct.stream().anyMatch(rule -> rule.covers(server))
        ? Optional.empty()
        : variable.map(ProxyVariable::server);
  }

  /** {@link #proxyFor(String, String, int)} of an address. */
  public Optional<ProxyServer> proxyFor(URI address) {
    if (address.getScheme() == null || address.getHost() == null) {
      throw new VirtMoverException(
          FailureKind.INVALID_REQUEST, "An address without a scheme or a host has no proxy.");
    }
    return proxyFor(address.getScheme(), address.getHost(), address.getPort());
  }
}
