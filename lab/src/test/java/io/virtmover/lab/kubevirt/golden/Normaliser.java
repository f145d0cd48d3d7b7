// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.kubevirt.golden;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Makes versions of different runs equal where they must differ: UIDs, times, certificates, the
 * namespace and generated names. A time that has to be a backup's creation is checked to be one.
 */
final class Normaliser {
  private static final DateTimeFormatter IN_NAMES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss").withZone(ZoneOffset.UTC);
  private static final Pattern RANDOM_SECRET = Pattern.compile("secret-[a-z0-9]{10}");
  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:]+Z");

  private final String namespace;
  private final Map<String, String> uids = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Map<String, Instant> created = new HashMap<>();

  Normaliser(String namespace) {
    this.namespace = namespace;
  }

  /** Learns an object's UID and, of a backup, its creation time. */
  void learn(String kind, String name, String uid, String creation) {
    if (uids.containsKey(uid)) {
      return;
    }
    var base = "uid-" + kind.toLowerCase(java.util.Locale.ROOT) + "-" + name;
    var count = counts.merge(base, 1, Integer::sum);
    uids.put(uid, count == 1 ? base : base + "#" + count);
    if (kind.equals("VMB")) {
      created.put(name, Instant.parse(creation));
    }
  }

  Map<String, Instant> created() {
    return created;
  }

  String name(String name) {
    return RANDOM_SECRET.matcher(name).matches() ? "secret-<random>" : name;
  }

  Object value(Object value) {
    return value("", value);
  }

  private Object value(String field, Object value) {
    return switch (value) {
      case Map<?, ?> map -> map(map);
      case List<?> list -> list.stream().map(item -> value(field, item)).toList();
      case String text -> text(field, text);
      case null -> "null";
      default -> value;
    };
  }

  private Map<String, Object> map(Map<?, ?> map) {
    var result = new TreeMap<String, Object>();
    var deadline = "DEADLINE".equals(map.get("name"));
    map.forEach(
        (key, value) -> {
          if (value != null) {
            var field = String.valueOf(key);
            result.put(field, deadline && field.equals("value") ? "<end>" : value(field, value));
          }
        });
    return result;
  }

  private Object text(String field, String text) {
    return switch (field) {
      case "lastTransitionTime", "endTimestamp" -> TIME.matcher(text).matches() ? "<time>" : text;
      case "creationTime", "startTimestamp" ->
          created.containsValue(Instant.parse(text)) ? "<creation of a backup>" : text;
      case "ttlExpirationTime" -> "<end>";
      case "ttlDuration" -> text.contains(".") ? "<rest>" : text;
      default -> text(text);
    };
  }

  String text(String text) {
    if (text.contains("-----BEGIN CERTIFICATE-----")) {
      return "<PEM CERTIFICATE>";
    }
    var result = text.replace(namespace, "ns1");
    for (var backup : created.entrySet()) {
      result =
          result.replace(
              backup.getKey() + "-" + IN_NAMES.format(backup.getValue()),
              backup.getKey() + "-<creation>");
    }
    for (var uid : uids.entrySet()) {
      result = result.replace(uid.getKey(), uid.getValue());
    }
    return RANDOM_SECRET.matcher(result).replaceAll("secret-<random>");
  }
}
