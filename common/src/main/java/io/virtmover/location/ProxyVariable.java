// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.failure.FailureKind;
import io.virtmover.failure.VirtMoverException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A variable that names a proxy. It is read when it is needed, so that a wrong one that is not
 * needed does no harm; its text, which may hold a password, is never repeated.
 */
record ProxyVariable(String name, String text) {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?+(?:(?<login>[^/?#]*)@)?+"
              + "(?<host>\\[[0-9A-Fa-f:.]+\\]|[^/?#@:\\[\\]\\s]+)(?::(?<port>[0-9]{0,5}))?(?:[/?#].*)?");
  private static final int DEFAULT_PORT = 80;
  private static final int HIGHEST_PORT = 65_535;

  ProxyServer server() {
    var parts = ADDRESS.matcher(text);
    if (!parts.matches()) {
      throw invalid("does not hold the address of a proxy; write http://host:port");
    }
    var scheme = parts.group("scheme");
    if (scheme != null && !scheme.equalsIgnoreCase("http")) {
      throw invalid("names a proxy that is not spoken to over http; write http://host:port");
    }
    var host = parts.group("host");
    return new ProxyServer(
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        port(parts.group("port")),
        login(parts.group("login")));
  }

  private int port(@Nullable String digits) {
    var port = digits == null || digits.isEmpty() ? DEFAULT_PORT : Integer.parseInt(digits);
    if (port == 0 || port > HIGHEST_PORT) {
      throw invalid("names a proxy with a port that does not exist; write http://host:port");
    }
    return port;
  }

  private Optional<ProxyServer.Login> login(@Nullable String written) {
    if (written == null || written.isEmpty()) {
      return Optional.empty();
    }
    var colon = written.indexOf(':');
    return Optional.of(
        new ProxyServer.Login(
            decoded(colon < 0 ? written : written.substring(0, colon)),
            colon < 0 ? "" : decoded(written.substring(colon + 1))));
  }

  private String decoded(String written) {
    try {
      // Only %XX is an escape here; the decoder of forms would also take + for a blank.
      return URLDecoder.decode(written.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid("has a % in its name or password that is not written as %25");
    }
  }

  private VirtMoverException invalid(String what) {
    return new VirtMoverException(
        FailureKind.INVALID_REQUEST, "The environment variable %s %s.".formatted(name, what));
  }

  @Override
  public String toString() {
    return name;
  }
}
