// SPDX-License-Identifier: Apache-2.0
package io.virtmover.location;

import io.virtmover.location.DirectRule.Address;
import io.virtmover.location.DirectRule.Domain;
import io.virtmover.location.DirectRule.Everything;
import io.virtmover.location.DirectRule.Network;
import java.net.IDN;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads NO_PROXY. An entry that means nothing to Go or curl means nothing here. */
final class DirectRules {
  private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");
  private static final Pattern NETWORK = Pattern.compile("([^/]+)/([0-9]{1,3})");
  private static final Pattern WITH_PORT =
      Pattern.compile("(\\[[^\\]]*\\]|[^:\\[\\]]*)(?::([0-9]{0,5}))?");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

  private DirectRules() {}

  static List<DirectRule> parse(String noProxy) {
    return SEPARATOR.splitAsStream(noProxy).flatMap(DirectRules::rule).toList();
  }

  private static Stream<DirectRule> rule(String entry) {
    if (entry.equals("*")) {
      return Stream.of(new Everything());
    }
    var network = NETWORK.matcher(entry);
    if (network.matches()) {
      var bits = Integer.parseInt(network.group(2));
      return address(network.group(1))
          .filter(address -> bits <= address.getAddress().length * 8)
          .<DirectRule>map(address -> new Network(address, bits))
          .stream();
    }
    var whole = address(entry);
    if (whole.isPresent()) {
      return Stream.of(new Address(whole.get(), OptionalInt.empty()));
    }
    var parts = WITH_PORT.matcher(entry);
    return parts.matches() ? hostRule(parts.group(1), port(parts.group(2))) : Stream.empty();
  }

  private static Stream<DirectRule> hostRule(String host, OptionalInt port) {
    var address = address(host);
    if (address.isPresent()) {
      return Stream.of(new Address(address.get(), port));
    }
    var below = host.startsWith("*.") ? host.substring(1) : host;
    var name = host(below.startsWith(".") ? below.substring(1) : below);
    return name.isEmpty()
        ? Stream.empty()
        : Stream.of(new Domain(name, below.equals(host) && !below.startsWith("."), port));
  }

  private static OptionalInt port(@Nullable String text) {
    return text == null || text.isEmpty()
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(text));
  }

  /** A host as it is compared: small letters, ASCII, without the root's dot. */
  static String host(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    var name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    try {
      return IDN.toASCII(name);
    } catch (IllegalArgumentException e) {
      return name;
    }
  }

  /** The address that a text is, in brackets or not; no name is looked up. */
  static Optional<InetAddress> address(String text) {
    var bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    if (!bare.contains(":") && !IPV4.matcher(bare).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(bare));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
