// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.kubernetes;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** Paths of the API server. */
final class Addresses {
  private Addresses() {}

  static String of(ResourceType type, String namespace) {
    return (type.group().isEmpty() ? "/api" : "/apis/" + type.group())
        + "/"
        + type.version()
        + (namespace.isEmpty() ? "" : "/namespaces/" + encoded(namespace))
        + "/"
        + type.plural();
  }

  static String of(ResourceType type, String namespace, String name) {
    return of(type, namespace) + "/" + encoded(name);
  }

  /** The query of what is not empty. */
  static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .filter(parameter -> !parameter.getValue().isEmpty())
        .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
        .collect(Collectors.joining("&", "?", ""));
  }

  /** For a path as well: no name has a space. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
